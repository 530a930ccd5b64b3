"""The detectors' outputs are boxes: decoded by the papers' formulas, and learnt from pictures."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torchvision.ops import box_iou, nms

import cnndsl

torch.set_num_threads(1)

SIZE = 96
CLASSES = 2
STRIDES = {"large": 32, "medium": 16, "small": 8}
# The paper's anchors, for pictures of 416x416: widths and heights.
ANCHORS = {
    "large": [(116, 90), (156, 198), (373, 326)],
    "medium": [(30, 61), (62, 45), (59, 119)],
    "small": [(10, 13), (16, 30), (33, 23)],
}


def anchors(scale: str, size: int = SIZE) -> Tensor:
    """The anchors of one scale, `a 2`, in pixels of a picture of that size."""
    return torch.tensor(ANCHORS[scale]) * size / 416


def cells(output: Tensor) -> Tensor:
    """The column and row of each cell, `h w 2`, of an output `n c h w`."""
    rows, columns = map(torch.arange, output.shape[-2:])
    return torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1)


def by_anchor(output: Tensor) -> Tensor:
    """YOLOv3's output of a scale as `n a h w f`, with four numbers of a box before the others."""
    return output.unflatten(1, (3, -1)).movedim(2, -1)


def corners(centres: Tensor, sizes: Tensor) -> Tensor:
    return torch.cat([centres - sizes / 2, centres + sizes / 2], dim=-1)


def decode_yolov3(output: Tensor, scale: str, size: int = SIZE) -> Tensor:
    """The corners of all boxes, `n a h w 4`, in pixels (section 2.1 of the paper)."""
    t = by_anchor(output)
    centres = (torch.sigmoid(t[..., :2]) + cells(output)) * STRIDES[scale]
    return corners(centres, anchors(scale, size)[:, None, None] * torch.exp(t[..., 2:4]))


def decode_yolox(output: Tensor, scale: str) -> Tensor:
    """The corners of all boxes, `n h w 4`, in pixels."""
    t = output.movedim(1, -1)
    stride = STRIDES[scale]
    return corners((t[..., :2] + cells(output)) * stride, torch.exp(t[..., 2:4]) * stride)


@pytest.mark.parametrize("scale", STRIDES)
def test_a_zero_is_the_anchor_in_the_middle_of_its_cell(scale: str) -> None:
    stride, rows, columns = STRIDES[scale], 64 // STRIDES[scale], 96 // STRIDES[scale]
    output = cnndsl.compile("yolov3", input="3x64x96").output[scale]
    boxes = decode_yolov3(torch.zeros(1, *output.sizes), scale, 416)
    assert boxes.shape == (1, 3, rows, columns, 4)
    for anchor, (width, height) in enumerate(ANCHORS[scale]):
        box = boxes[0, anchor, 1, 2]
        x, y = 2.5 * stride, 1.5 * stride
        corner = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
        assert box.tolist() == pytest.approx(corner)


def test_every_place_and_size_of_a_box_can_be_said() -> None:
    """The offset of the third anchor of one cell, and half of its width."""
    output = torch.zeros(1, 3 * (4 + 1 + CLASSES), 12, 12)
    x, y = torch.logit(torch.tensor([0.25, 0.75]))
    start = 2 * (4 + 1 + CLASSES)
    output[0, start : start + 3, 4, 7] = torch.stack([x, y, torch.tensor(0.5).log()])
    width, height = anchors("small")[2].tolist()
    box = decode_yolov3(output, "small")[0, 2, 4, 7]
    middle = (8 * 7.25, 8 * 4.75)
    expected = [middle[0] - width / 4, middle[1] - height / 2]
    assert box.tolist() == pytest.approx([*expected, middle[0] + width / 4, middle[1] + height / 2])


def test_yolox_has_one_box_of_each_cell() -> None:
    model = cnndsl.compile("yolox_s", input="3x64x96", classes=CLASSES).module().eval()
    for preds in model.head.reg_preds:
        nn.init.zeros_(preds.weight)
        preds.bias.data = torch.tensor([0.5, 0.25, 0, torch.tensor(2.0).log()])
    with torch.no_grad():
        outputs = model(torch.randn(2, 3, 64, 96))._asdict()
    for scale, stride in STRIDES.items():
        assert outputs[scale].shape == (2, 5 + CLASSES, 64 // stride, 96 // stride)
        box = decode_yolox(outputs[scale], scale)[1, 1, 2] / stride
        assert box.tolist() == pytest.approx([2.5 - 0.5, 1.25 - 1, 2.5 + 0.5, 1.25 + 1])
        # Before training, there is hardly an object anywhere.
        assert outputs[scale][:, 4:].sigmoid().mean().item() == pytest.approx(0.01, abs=0.005)


def test_yolox_has_as_many_boxes_as_the_paper_says() -> None:
    shapes = cnndsl.compile("yolox_s").output.values()
    assert sum(shape.sizes[1] * shape.sizes[2] for shape in shapes) == 8400


def pictures(count: int) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Pictures with rectangles on noise, each with their corners and their classes, by colour."""
    generator = torch.Generator().manual_seed(4)

    def between(low: int, high: int) -> int:
        return int(torch.randint(low, high, (), generator=generator))

    images = 0.1 * torch.randn(count, 3, SIZE, SIZE, generator=generator)
    corners_of, classes_of = [], []
    for image in images:
        boxes: list[list[int]] = []
        kinds: list[int] = []
        while len(boxes) < 3:
            width, height = between(10, 56), between(10, 56)
            left, top = between(0, SIZE - width), between(0, SIZE - height)
            box = [left, top, left + width, top + height]
            others = torch.tensor(boxes or [[0, 0, 0, 0]])
            if box_iou(torch.tensor([box]), others).max() > 0:
                continue
            boxes.append(box)
            kinds.append(between(0, CLASSES))
            image[2 * kinds[-1], top : box[3], left : box[2]] += 1
        corners_of.append(torch.tensor(boxes, dtype=torch.float32))
        classes_of.append(torch.tensor(kinds))
    return images, corners_of, classes_of


def every_anchor() -> tuple[Tensor, Tensor]:
    """The left upper corners of the cells of all boxes, in cells, and their anchors: both `b 2`."""
    places, sizes = [], []
    for scale, stride in STRIDES.items():
        grid = cells(torch.empty(0, 0, SIZE // stride, SIZE // stride))
        places.append(grid.expand(3, *grid.shape).reshape(-1, 2))
        sizes.append(anchors(scale)[:, None, None].expand(3, *grid.shape).reshape(-1, 2))
    return torch.cat(places), torch.cat(sizes)


def flat(outputs: dict[str, Tensor]) -> Tensor:
    """All scales' outputs as `n b f`."""
    return torch.cat([by_anchor(outputs[scale]).flatten(1, 3) for scale in STRIDES], dim=1)


def targets(boxes: list[Tensor], classes: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Picture and number of the box that is to find each object, and what it is to say.

    It is the one whose anchor is nearest in shape, in the cell with the object's centre.
    """
    places, sizes = every_anchor()
    strides = torch.cat([torch.full((3 * (SIZE // s) ** 2,), s) for s in STRIDES.values()])
    rows = []
    for number, (found, kinds) in enumerate(zip(boxes, classes, strict=True)):
        for box, kind in zip(found, kinds, strict=True):
            centre, size = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
            shared = torch.minimum(sizes, size).prod(-1)
            overlap = shared / (sizes.prod(-1) + size.prod() - shared)
            inside = (places == (centre / strides[:, None]).floor()).all(-1)
            chosen = int((overlap * inside).argmax())
            offset = centre / strides[chosen] - places[chosen]
            one_hot = torch.eye(CLASSES)[kind]
            said = torch.cat([offset, (size / sizes[chosen]).log(), one_hot])
            rows.append((number, chosen, said))
    numbers, chosen, said = zip(*rows, strict=True)
    return torch.tensor(numbers), torch.tensor(chosen), torch.stack(said)


def loss(outputs: Tensor, wanted: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Cross entropy, and of the sizes squares, as the paper has it; nothing is ignored."""
    numbers, chosen, said = wanted
    objects = torch.zeros(outputs.shape[:2])
    objects[numbers, chosen] = 1
    found = outputs[numbers, chosen]
    return (
        cross_entropy(found[:, :2], said[:, :2], reduction="sum")
        + (found[:, 2:4] - said[:, 2:4]).square().sum()
        + cross_entropy(outputs[..., 4], objects, reduction="sum")
        + cross_entropy(found[:, 5:], said[:, 4:], reduction="sum")
    ) / len(numbers)


def detect(outputs: dict[str, Tensor]) -> list[tuple[Tensor, Tensor]]:
    """Of each picture the boxes with an object, the best of those that overlap, and its class."""
    boxes = torch.cat([decode_yolov3(outputs[s], s).flatten(1, 3) for s in STRIDES], dim=1)
    results = []
    for box, said in zip(boxes, flat(outputs), strict=True):
        scores = said[:, 4].sigmoid()
        best = nms(box, scores, 0.5)
        best = best[scores[best] > 0.5]
        results.append((box[best], said[best, 5:].argmax(-1)))
    return results


def test_yolov3_learns_to_find_rectangles() -> None:
    torch.manual_seed(0)
    images, boxes, classes = pictures(8)
    arguments = {"layers": [1, 1, 1, 1, 1], "width": 4, "classes": CLASSES}
    model = cnndsl.compile("yolov3", input=f"3x{SIZE}x{SIZE}", **arguments).module()
    wanted = targets(boxes, classes)
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(100):
        optimiser.zero_grad()
        loss(flat(model(images)._asdict()), wanted).backward()
        optimiser.step()
    with torch.no_grad():
        found = detect(model.eval()(images)._asdict())
    for (some, kinds), true, true_kinds in zip(found, boxes, classes, strict=True):
        assert len(some) == len(true)
        overlap, nearest = box_iou(true, some).max(dim=1)
        assert (overlap > 0.5).all()
        assert sorted(nearest.tolist()) == list(range(len(true)))
        assert torch.equal(kinds[nearest], true_kinds)
