"""The gallery: a page a family of the bundled networks, with its diagrams and its spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from cnndsl.analyse.catalogue import paper, year
from cnndsl.analyse.columns import grouped
from cnndsl.compiler import Compiler
from cnndsl.design import Design
from cnndsl.draw import PAGE, drawn, svg
from cnndsl.draw.look import Look
from cnndsl.draw.view import DiagramStyle, Level, View
from cnndsl.library import bundled_compilers
from docs.site.markdown import fenced, table

# The network that stands for a family, where it is not the first of its spec.
_SHOWN = {
    "batch_norm": "digits_conv_bn",
    "fcn": "fcn8s",
    "resnet": "resnet50",
    "vgg": "vgg16",
    "yolov3": "yolov3",
}

# What a family is called, where its network has another name.
_TITLES = {
    "batch_norm": "Batch norm",
    "fast_style_transfer": "Fast style transfer",
    "fcn": "FCN",
    "preact_resnet": "Pre-activation ResNet",
    "resnet_cifar": "ResNet for CIFAR-10",
    "style_transfer": "Style transfer",
    "unet": "U-Net",
}
# What is drawn of it beside its blocks.
_IMAGES = {"stages": View(Level.STAGE), "maps": View(style=DiagramStyle.BLOCKS)}


@dataclass(frozen=True)
class Family:
    """A bundled spec, and the network of it that is drawn."""

    spec: str
    compiler: Compiler

    @cached_property
    def shown(self) -> Design:
        return self.compiler.design(_SHOWN.get(self.spec, self.compiler.members[0]))

    @property
    def title(self) -> str:
        return _TITLES.get(self.spec, self.shown.network.name)

    @property
    def paper(self) -> str:
        return paper(self.compiler)

    @property
    def year(self) -> str:
        return year(self.compiler)

    @property
    def to_look_into(self) -> str:
        """The name of the file in which its parts are opened."""
        return f"{self.shown.name}-page.html"

    def image(self, style: str) -> str:
        """The name of a file with its diagram."""
        return f"{self.shown.name}-{style}.svg"


@cache
def families() -> list[Family]:
    """The bundled specs with networks, by year."""
    found = [Family(name, compiler) for name, compiler in bundled_compilers() if compiler.members]
    return sorted(found, key=lambda family: (family.year, family.spec))


def gallery_pages() -> Iterator[tuple[str, str]]:
    """The pages' paths and texts: one a family, all of them at a glance, and the navigation."""
    found = families()
    yield "gallery/index.md", _index(found)
    yield "gallery/navigation.md", _navigation(found)
    for family in found:
        yield f"gallery/{family.spec}.md", _page(family)


def gallery_files() -> Iterator[tuple[str, str]]:
    """What the pages show and link to beside their text: paths and contents."""
    for family in families():
        design = family.shown
        for style, view in _IMAGES.items():
            yield f"gallery/{family.image(style)}", svg(design, view, Look(title=""))
        yield f"gallery/{family.to_look_into}", drawn(design, PAGE).decode()


def _index(found: list[Family]) -> str:
    parts = [
        "# Gallery\n",
        f"{len(found)} families, by the year of their papers. Each page has the family's networks, "
        "its diagrams as `cnndsl render` draws them, and its whole spec.\n",
    ]
    for family in found:
        page = f"{family.spec}.md"
        parts.append(f"## [{family.title}]({page})\n\n{family.paper}\n")
        parts.append(f"[![{family.title}: its maps]({family.image('maps')})]({page})\n")
    return "\n".join(parts)


def _navigation(found: list[Family]) -> str:
    lines = ["- [All families](index.md)"]
    lines += [f"- [{family.title}]({family.spec}.md)" for family in found]
    return "\n".join(lines) + "\n"


def _page(family: Family) -> str:
    name = family.shown.name
    rows = [_row(family.compiler.design(member)) for member in family.compiler.members]
    head = ("network", "input", "parameters", "MACs")
    return "\n".join(
        [
            f"# {family.title}\n",
            f"{family.compiler.program.file.doc.strip()}\n",
            table(head, rows),
            f"## {name}\n",
            f"As `cnndsl render {name}` draws it. In [a page to look into]({family.to_look_into}) "
            "blocks open, and every layer tells its shapes and costs.\n",
            f"<!-- diagram: {name} -->\n",
            f"Stage by stage, `cnndsl render {name} --level stage`:\n",
            f"![{name}, stage by stage]({family.image('stages')})\n",
            f"Its maps, `cnndsl render {name} --style blocks`:\n",
            f"![{name}, its maps]({family.image('maps')})\n",
            "## The spec\n",
            fenced(f'cnn title="{family.spec}.cnn"', family.compiler.source.text),
        ]
    )


def _row(design: Design) -> tuple[str, ...]:
    inputs = " ".join(map(str, design.network.inputs))
    return f"`{design.name}`", inputs, grouped(design.params), grouped(design.macs)
