"""The catalogue of diagnostics: for the name of each kind, its code and what it means.

The code in the source says the name (`shape-mismatch`), the user sees the number (`E301`), and
`docs/errors` has a page for each. Numbers go by topic, and keep their meaning for ever.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A kind of diagnostic: `E301`, `shape-mismatch`, and a sentence that tells what it is."""

    number: str
    name: str
    title: str

    @property
    def is_warning(self) -> bool:
        return self.number.startswith("W")


_CATALOGUE = """
E101 unexpected          something stands where it can't
E102 unclosed            a bracket, a brace or a string is not closed
E103 unopened            a closing bracket or brace closes nothing
E104 unfinished          a line ends before what it began
E105 separator           a comma or a semicolon separates what spaces and lines separate here
E106 size                a number, a size or a list is not written as one value
E107 string              a string is not written as the language has it
E108 spacing             a bracket, a stride or a minus has the wrong spaces around it
E109 operator            an operator stands outside of parentheses, or there is none such
E110 assignment          a name is given with `=` alone
E111 item-as-call        an item of a chain is written as a call
E112 statement-as-item   a statement stands where only an item can
E113 braces              braces follow what takes none
E114 arms                a merge has no arms, or they are not marked
E115 reserved-word       a reserved word is used as a name
E116 top-level           an item or a statement stands outside of all braces
E117 no-parameters       the parentheses after the name of a block or a network are missing
E118 table               a row of a table is not as wide as its header
E119 empty               the spec defines nothing

E201 unknown-layer       there is no layer and no block of this name
E202 unknown-value       there is no value, column or axis of this name
E203 unknown-reference   nothing that can be referred to has this name
E204 unknown-network     a variant is of a network that there is not
E205 duplicate-name      one name is given twice
E206 owned-name          a label is a name that torch's modules need themselves
E207 label               a label has letters that no label can have
E208 import              what is imported can't be had

E301 shape-mismatch      the shapes that meet at a merge do not fit
E302 shape               a layer can't take an input of this shape
E303 window              a window is larger than what it slides over
E304 indivisible         a number of channels can't be divided as it is asked for
E305 residual-mismatch   the body of a residual and its shortcut have different shapes
E306 contract            a block takes or gives another shape than its contract says

E401 unknown-argument    a layer, block or network has no parameter of this name
E402 surplus-argument    there are more plain values than parameters that take one
E403 argument-twice      one parameter is given twice
E404 missing-argument    a parameter without a default is not given
E405 argument            a parameter does not accept this value
E406 type                a value is of the wrong kind
E407 index               a list has no element of this number
E408 arithmetic          an operation or a function has no result for these values
E409 reference           a reference means no single result
E410 not-an-item         a value stands where a layer or a block is called
E411 require             a `require` of the spec does not hold

E501 no-input            a network has no `input`
E502 input               the sizes or axes of an `input` can't be
E503 misplaced           a statement stands where it has no meaning
E504 no-stream           nothing flows in here
E505 no-output           a network gives nothing
E506 several-outputs     a network with several outputs is used as an item
E507 training-only       what is made in training only is used in evaluation
E508 reuse               weights can't be used again here
E509 recursion           a block calls itself for ever
E510 no-network          a spec has no network that can be compiled as it is
E511 init                weights can't start as an `init` line says

E601 limit               a limit is passed
E602 nesting             brackets, braces or expressions nest too deeply

E701 no-file             there is no such file
E702 unreadable          a file can't be read
E703 not-utf8            a spec is not text in UTF-8
E704 unwritable          a file can't be written
E705 unknown-format      no kind of diagram has this ending
E706 unknown-target      there is no network of the name that is asked for
E707 which-network       a spec has several networks, and none is named
E708 parameter           a parameter or an input that is asked for can't be
E709 engine              the program that lays diagrams out can't do it
E710 torch-missing       torch is needed, and is not installed
E711 unknown-code        there is no diagnostic of this code
E712 safetensors-missing  safetensors is needed, and is not installed
E713 theme               a theme of diagrams can't be used
E714 diagram-option      an option of diagrams has no such value
E715 pdf-missing         what makes PDFs is not installed
E716 no-part             a network has no part of the name that is asked for

E801 code-not-allowed    a layer of the user's own is Python code, which may not run
E802 class-missing       the Python class of a layer of the user's own can't be had
E803 class-fails         a class of torch or of the user's own refuses its options or its input
E804 not-a-layer         a class does not take one tensor and give one

E901 checkpoint          a file holds no weights that can be read
E902 misfit              the weights of a checkpoint are not those of the network
E903 rules               rules for the names of weights are not written as they are to be
E904 rename              rules give one name to two weights

W101 unused              nothing uses a result
W102 unused-block        nothing uses a block
W103 hides               a name hides a layer or a function
W104 unlabelled          weights are named by their place
W105 idle-bias           a bias is cancelled by the norm after it
W106 repeat-changes-shape  the passes of a `repeat` change the shape
W107 uneven-stride       a stride does not divide a size that a later merge depends on
W108 unused-init         an `init` line speaks for no layer
"""

CODES: tuple[Code, ...] = tuple(
    Code(*line.split(maxsplit=2)) for line in _CATALOGUE.splitlines() if line
)
BY_NAME = {code.name: code for code in CODES}


def code(name: str) -> Code:
    """The kind of diagnostic that the source calls by this name."""
    return BY_NAME[name]


def find(text: str) -> Code | None:
    """The kind that a user means by its number, in capitals or not, or by its name."""
    return next((c for c in CODES if text.upper() == c.number or text.lower() == c.name), None)
