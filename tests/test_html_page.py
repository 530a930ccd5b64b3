"""The page of a network in a real browser: what a reader does, and what is seen then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import cnndsl
from cnndsl import compile_text
from cnndsl.draw.theme import bundled
from tests.browser import browser, complaints, requests
from tests.draw_specs import SPECS
from tests.pages import Page, opened


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def page(driver: Chrome, tmp_path: Path) -> Page:
    return opened(driver, tmp_path, "residual")


# Opening and folding


def test_a_click_opens_a_block_where_it_stands_and_another_folds_it(page: Page) -> None:
    before = page.run("return view.innerHTML")
    assert "layer2.0.conv1" not in page.paths()
    page.click("layer2.0")
    assert {"layer2.0", "layer2.0.conv1", "layer2.0.downsample.0"} <= set(page.paths())
    assert page.item("layer2.0").get_attribute("aria-expanded") == "true"
    page.click("layer2.0")
    assert page.item("layer2.0").get_attribute("aria-expanded") == "false"
    page.press(Keys.ESCAPE)
    assert page.run("return view.innerHTML") == before
    assert complaints(page.driver) == []


def test_what_is_clicked_stays_under_the_pointer(page: Page) -> None:
    before = page.item("layer2.0").rect
    page.click("layer2.0")
    after = page.item("layer2.0").rect
    middle = before["x"] + before["width"] / 2, after["x"] + after["width"] / 2
    assert middle[0] == pytest.approx(middle[1], abs=2)
    assert before["y"] == pytest.approx(after["y"], abs=6)


def test_levels_show_more_and_more(page: Page) -> None:
    counts = []
    for name in ("Network", "Stages", "Blocks", "Layers"):
        page.button(name).click()
        counts.append(len(page.paths()))
        assert page.button(name).get_attribute("aria-pressed") == "true"
    assert counts == sorted(counts)
    assert counts[0] < counts[2] < counts[3]
    shown = set(page.run("return [...items.values()].flatMap((item) => item.paths)"))
    assert {use.path for use in page.design.layers() if use.layer.word == "conv"} <= shown


@pytest.mark.parametrize(
    ("options", "seen", "unseen"),
    [
        ({"level": "layer"}, "layer2.0.conv1", ""),
        ({"depth": 0}, "layer1", "layer1.0"),
        ({"expand": ["layer2.0"]}, "layer2.0.conv1", "layer2.1.conv1"),
        ({"level": "layer", "collapse": ["layer2"]}, "layer1.0.conv1", "layer2.0"),
        ({"only": "layer1"}, "layer1.0", "layer2"),
    ],
)
def test_at_first_the_page_shows_what_is_asked_for(
    driver: Chrome, tmp_path: Path, options: dict[str, object], seen: str, unseen: str
) -> None:
    paths = opened(driver, tmp_path, "residual", **options).paths()
    assert seen in paths
    assert unseen not in paths


def test_a_box_of_a_stage_leads_to_what_is_in_it(driver: Chrome, tmp_path: Path) -> None:
    page = opened(driver, tmp_path, "residual", level="stage")
    stage = driver.find_element(By.CSS_SELECTOR, '.item[aria-label^="layer2"]')
    ActionChains(driver).move_to_element(stage).click().perform()
    assert "layer2.0" in page.paths()
    chosen = driver.find_element(By.CSS_SELECTOR, ".item.chosen")
    assert str(chosen.get_attribute("data-path")).startswith("layer2")


# Facts


def test_a_line_tells_the_shape_of_what_it_brings(page: Page) -> None:
    page.click("layer2.0")
    told = page.run("return lines.map(({ element }) => element.querySelector('title').textContent)")
    assert set(told) == {"3×64×64", "16×32×32", "16×16×16", "32×8×8", "32", "10"}


def test_hovering_tells_kernel_size_shapes_and_the_line_of_the_spec(page: Page) -> None:
    page.click("layer2.0")
    ActionChains(page.driver).move_to_element(page.item("layer2.0.conv1")).perform()
    layers = {use.path: use for use in page.design.layers()}
    conv, norm = layers["layer2.0.conv1"], layers["layer2.0.bn1"]
    told = page.facts()
    assert "layer2.0.conv1" in told
    assert "conv 3x3 32 /2 bias=false" in told
    assert f"{conv.params + norm.params:,}" in told
    assert f"{conv.macs + norm.macs:,}" in told
    assert "16×16×16" in told
    assert "32×8×8" in told
    assert "conv 3x3 c /stride bias=false as conv1 -> bn as bn1 -> relu" in told
    ActionChains(page.driver).move_to_element(page.button("Fit")).perform()
    assert page.facts() == ""


def test_the_focus_tells_the_same_as_the_pointer(page: Page) -> None:
    ActionChains(page.driver).move_to_element(page.item("conv1")).perform()
    told = page.facts()
    ActionChains(page.driver).move_to_element(page.button("Fit")).perform()
    page.run("document.querySelector('[data-path=\"conv1\"]').focus()")
    assert page.facts() == told
    assert "conv 7x7 16 /2" in told


def test_the_header_of_an_opened_part_tells_its_facts(page: Page) -> None:
    page.press(Keys.ESCAPE)
    ActionChains(page.driver).move_to_element(page.item("layer1")).perform()
    part = next(n.module for n in page.design.network.nodes if n.name == "layer1")
    assert part is not None
    assert f"{part.params:,}" in page.facts()
    assert f"{part.macs:,}" in page.facts()


# Searching


def test_a_search_opens_what_the_item_is_in_and_brings_it_to_the_middle(page: Page) -> None:
    page.search("layer2.0.conv2")
    item = page.item("layer2.0.conv2")
    assert "chosen" in str(item.get_attribute("class"))
    paper = page.driver.find_element(By.ID, "paper").rect
    middle = item.rect["x"] + item.rect["width"] / 2, item.rect["y"] + item.rect["height"] / 2
    assert middle[0] == pytest.approx(paper["x"] + paper["width"] / 2, abs=5)
    assert middle[1] == pytest.approx(paper["y"] + paper["height"] / 2, abs=5)
    assert "layer2.0.conv2" in page.facts()


def test_a_search_finds_each_of_equal_blocks(page: Page) -> None:
    page.search("layer2.2.conv1")
    assert "layer2.1.conv1" in page.paths()
    assert "layer2.2" in page.facts()


def test_a_search_that_finds_nothing_says_so(page: Page) -> None:
    page.press("/", "nowhere")
    assert "nothing has this name" in page.driver.find_element(By.ID, "found").text


# The path of a tensor


def test_the_path_of_a_branch_leaves_the_other_branches_out(driver: Chrome, tmp_path: Path) -> None:
    page = opened(driver, tmp_path, "inception", level="layer")
    page.click("a.branch1.conv", Keys.SHIFT)
    lit = page.lit()
    assert {"conv1.conv", "a.branch1.conv", "b.branch2.0.conv", "fc", "aux"} <= lit
    assert not {path for path in lit if path.startswith(("a.branch2", "a.branch3"))}
    lines = page.run("return view.querySelectorAll('.traced .line.lit').length")
    assert 0 < lines < page.run("return lines.length")
    page.press(Keys.ESCAPE)
    assert page.lit() == set()


def test_the_path_goes_through_what_is_not_opened(page: Page) -> None:
    page.click("layer1.0")
    page.click("layer1.0.conv2", Keys.CONTROL)
    assert {"conv1", "layer1.0.conv1", "layer2.0", "layer2.1", "fc"} <= page.lit()


def test_the_button_shows_the_path_of_what_is_chosen(page: Page) -> None:
    page.click("conv1")
    page.button("Path").click()
    assert "fc" in page.lit()
    page.button("Path").click()
    assert page.lit() == set()


# Looking closer, and keys


def transform(page: Page) -> list[float]:
    return [float(value) for value in page.run("return [camera.x, camera.y, camera.scale]")]


def test_wheel_drag_buttons_and_keys_move_the_diagram(page: Page) -> None:
    paper = page.driver.find_element(By.ID, "paper")
    start = transform(page)
    page.run(
        "arguments[0].dispatchEvent(new WheelEvent('wheel',"
        " {deltaY: -300, clientX: 500, clientY: 400, cancelable: true}))",
        paper,
    )
    wheeled = transform(page)
    assert wheeled[2] > start[2]
    ActionChains(page.driver).move_to_element_with_offset(
        paper, -400, 100
    ).click_and_hold().move_by_offset(50, 30).move_by_offset(10, 10).release().perform()
    dragged = transform(page)
    assert dragged[0] - wheeled[0] == pytest.approx(60, abs=1)
    assert dragged[1] - wheeled[1] == pytest.approx(40, abs=1)
    page.button("−").click()
    assert transform(page)[2] < dragged[2]
    page.press("+", Keys.ARROW_LEFT)
    assert transform(page)[2] == pytest.approx(dragged[2])
    page.button("Fit").click()
    wide, high = page.run("return view.size.map((n) => n * camera.scale)")
    assert wide <= paper.size["width"]
    assert high <= paper.size["height"]


def test_all_can_be_done_by_keys(page: Page) -> None:
    page.run("document.querySelector('[data-path=\"layer2.0\"]').focus()")
    page.press(Keys.ENTER)
    assert "layer2.0.conv1" in page.paths()
    assert page.run("return document.activeElement.dataset.path") == "layer2.0"
    page.press(Keys.TAB)
    assert page.run("return document.activeElement.dataset.path") in page.paths()
    page.press("p")
    assert page.lit()
    page.press(Keys.ESCAPE)
    page.run("document.querySelector('[data-path=\"layer2.0\"]').focus()")
    page.press(Keys.SPACE)
    assert "layer2.0.conv1" not in page.paths()


def test_what_has_the_focus_is_brought_into_the_window(page: Page) -> None:
    page.run("pan(0, -5000); document.querySelector('[data-path=\"fc\"]').focus()")
    paper, item = page.driver.find_element(By.ID, "paper").rect, page.item("fc").rect
    assert paper["y"] < item["y"] < paper["y"] + paper["height"]
    assert "fc 10" in page.facts()


def test_no_level_is_said_to_be_shown_where_parts_were_opened(page: Page) -> None:
    assert page.button("Blocks").get_attribute("aria-pressed") == "true"
    page.click("layer2.0")
    assert page.button("Blocks").get_attribute("aria-pressed") == "false"


def test_items_are_named_for_screen_readers(page: Page) -> None:
    items = page.driver.find_elements(By.CSS_SELECTOR, ".item[data-path]")
    assert all(item.get_attribute("aria-label") for item in items)
    assert all(item.get_attribute("tabindex") == "0" for item in items)
    assert page.item("conv1").get_attribute("aria-label") == "7×7 conv, 16, /2 · BN · ReLU, conv1"


# Colours


def colours(page: Page) -> tuple[str, str]:
    """The colour of the paper, and the fill of a convolution."""
    found = page.run(
        "const fill = document.querySelector('[data-path=\"conv1\"] rect');"
        "return [document.body, fill].map((e, i) => getComputedStyle(e)[i ? 'fill' :"
        " 'backgroundColor'])"
    )
    return tuple(found)


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_light_and_dark_as_the_reader_prefers_and_by_the_button(page: Page) -> None:
    light, dark = ((rgb(bundled(n).paper), rgb(bundled(n).conv)) for n in ("light", "dark"))
    assert colours(page) == light
    prefer = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", prefer)
    assert colours(page) == dark
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    page.button("Light/dark").click()
    assert colours(page) == dark
    page.button("Light/dark").click()
    assert colours(page) == light


def test_the_theme_that_is_asked_for_is_shown(driver: Chrome, tmp_path: Path) -> None:
    page = opened(driver, tmp_path, "residual", theme="dark")
    assert colours(page) == (rgb(bundled("dark").paper), rgb(bundled("dark").conv))
    page = opened(driver, tmp_path, "residual", theme="print")
    assert colours(page) == (rgb(bundled("print").paper), rgb(bundled("print").conv))


# Safety


def test_nothing_is_asked_of_any_network(page: Page) -> None:
    page.button("Layers").click()
    page.search("conv")
    found = requests(page.driver)
    assert found == [page.driver.current_url]


def test_texts_of_the_author_stay_texts(driver: Chrome, tmp_path: Path) -> None:
    hostile = (
        "</script><script>window.broken = 1</script><img src=x onerror='broken = 2'>&lt;\u2028"
    )
    spec = (
        f"network Net() {{\n  input 3x8x8\n  conv 3x3 4 as conv -> relu # {hostile[:-1]}\n"
        "  gap -> flatten -> fc 2 as fc\n}\n"
    )
    page = opened(driver, tmp_path, compile_text(spec), title=hostile, caption=hostile)
    assert page.run("return window.broken") is None
    assert complaints(driver) == []
    assert page.driver.find_element(By.TAG_NAME, "h1").text.startswith("</script><script>")
    assert page.driver.find_element(By.CSS_SELECTOR, "footer p").text.startswith("</script>")
    ActionChains(driver).move_to_element(page.item("conv")).perform()
    assert "</script><script>window.broken = 1</script>" in page.facts()
    assert page.run("return window.broken") is None


def test_a_large_network_is_small_and_opens_at_once(driver: Chrome, tmp_path: Path) -> None:
    page = opened(driver, tmp_path, cnndsl.compile("resnet152"))
    assert (tmp_path / "net.html").stat().st_size < 500_000
    took = page.run(
        "const start = performance.now(); showAs('layer'); return performance.now() - start"
    )
    assert took < 2000
    assert complaints(driver) == []


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_kind_of_network_can_be_opened_and_folded(
    driver: Chrome, tmp_path: Path, name: str
) -> None:
    page = opened(driver, tmp_path, name)
    for level in ("Layers", "Network", "Stages", "Blocks"):
        page.button(level).click()
        assert page.paths()
    assert complaints(driver) == []
