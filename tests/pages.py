"""A page with a network's diagram, as a reader has it in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from cnndsl import compile_text
from cnndsl.design import Design
from cnndsl.draw import choose, render
from tests.browser import complaints, requests
from tests.draw_specs import SPECS

# Every box, where it is seen, with the ends of every line and places on it, in the window.
_GEOMETRY = """
const rect = (element) => {
  const shapes = [...element.querySelectorAll(":scope > rect, :scope > ellipse")];
  const all = shapes.map((shape) => shape.getBoundingClientRect());
  const [low, high] = [Math.min, Math.max];
  return [low(...all.map((one) => one.left)), low(...all.map((one) => one.top)),
    high(...all.map((one) => one.right)), high(...all.map((one) => one.bottom))];
};
const boxes = {};
for (const [key, { element }] of items) boxes[key] = rect(element);
// A line ends at an opened part, too, where it ends at its frame.
const opened = {};
for (const frame of view.querySelectorAll(".frame.item")) opened[frame.dataset.key] = rect(frame);
const frames = [...view.querySelectorAll(".frame")].map(rect);
const ways = lines.map(({ element, from, to }) => {
  const path = element.querySelector("path");
  const [matrix, length] = [path.getScreenCTM(), path.getTotalLength()];
  const places = [];
  for (let i = 0; i <= 40; i += 1) {
    const place = path.getPointAtLength((length * i) / 40).matrixTransform(matrix);
    places.push([place.x, place.y]);
  }
  return { from, to, places };
});
return { boxes, opened, frames, ways, scale: camera.scale };
"""


@dataclass
class Page:
    """An opened page, and what a reader does on it."""

    driver: Chrome
    design: Design

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script gives in the page."""
        return self.driver.execute_script(script, *arguments)  # type: ignore[no-untyped-call]

    def item(self, path: str) -> WebElement:
        """The item of the node at a path; where it is opened, its header."""
        return self.driver.find_element(By.CSS_SELECTOR, f'.item[data-path="{path}"]')

    def paths(self) -> list[str]:
        """The first path of each item that is seen."""
        found = self.driver.find_elements(By.CSS_SELECTOR, ".item[data-path]")
        return [str(element.get_attribute("data-path")) for element in found]

    def click(self, path: str, held: str = "") -> None:
        actions = ActionChains(self.driver)
        if held:
            actions.key_down(held)
        actions.move_to_element(self.item(path)).click()
        if held:
            actions.key_up(held)
        actions.perform()

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def button(self, name: str) -> WebElement:
        """The button that says so."""
        return self.driver.find_element(By.XPATH, f'//button[.="{name}"]')

    def facts(self) -> str:
        """What is told of the item that is pointed at; empty where there is nothing."""
        return self.driver.find_element(By.ID, "facts").text

    def lit(self) -> set[str]:
        """The paths of the items on the path of a tensor."""
        found = self.driver.find_elements(By.CSS_SELECTOR, ".traced .item.lit[data-path]")
        return {str(element.get_attribute("data-path")) for element in found}

    def search(self, words: str) -> None:
        self.press(Keys.ESCAPE, "/", words, Keys.ENTER)

    def geometry(self) -> dict[str, Any]:
        """Where boxes, frames and lines are seen, in pixels."""
        found: dict[str, Any] = self.run(_GEOMETRY)
        return found


def opened(driver: Chrome, folder: Path, spec: str | Design, **options: Any) -> Page:
    """The page of a design, or of one of `SPECS`, in the browser."""
    design = compile_text(SPECS[spec]) if isinstance(spec, str) else spec
    view, look = choose(**options)
    path = folder / "net.html"
    render(design, path, view=view, look=look)
    complaints(driver)
    requests(driver)
    driver.get(path.as_uri())
    return Page(driver, design)
