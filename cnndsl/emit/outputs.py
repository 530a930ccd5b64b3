"""What a class's forward returns: a tensor, a tuple, or a named tuple of a network's outputs."""

from __future__ import annotations

from cnndsl.design import Module, ModuleKind, Output
from cnndsl.emit.forward import TRAINING
from cnndsl.emit.names import identifier, unique


class Returns:
    """The result of one class: its type, the named tuples for it, and its statements.

    A training-only output is there in training mode alone. If one output is left in evaluation,
    it comes by itself.
    """

    def __init__(self, name: str, module: Module) -> None:
        self._outputs = module.outputs
        self._lasting = tuple(output for output in module.outputs if not output.training)
        self._is_network = module.kind is ModuleKind.NETWORK
        self._whole = f"{name}Outputs"
        self._in_evaluation = f"{name}Outputs"
        if 1 < len(self._lasting) < len(self._outputs):
            self._whole = f"{name}TrainingOutputs"

    def annotation(self) -> str:
        """The type of what forward returns."""
        if not self._is_network and len(self._outputs) > 1:
            return f"tuple[{', '.join('Tensor' for _ in self._outputs)}]"
        kinds = [self._type(self._lasting, self._in_evaluation)] if self._lasting else []
        kinds.append(self._type(self._outputs, self._whole))
        return " | ".join(dict.fromkeys(kinds))

    def tuples(self) -> dict[str, list[str]]:
        """The named tuples to define, by name: their fields."""
        if not self._is_network:
            return {}
        wanted = {self._in_evaluation: self._lasting, self._whole: self._outputs}
        fields = self._fields()
        return {name: [fields[o] for o in of] for name, of in wanted.items() if len(of) > 1}

    def _fields(self) -> dict[Output, str]:
        """The name of each output in the named tuples; such a name can't start with a line."""
        fields: dict[Output, str] = {}
        for output in self._outputs:
            name = identifier(output.name)
            name = f"output{name}" if name.startswith("_") else name
            fields[output] = unique(name, fields.values())
        return fields

    def statements(self, names: list[str]) -> list[tuple[str, str]]:
        """The last statements of forward; `names` are the outputs' variables."""
        by_output = dict(zip(self._outputs, names, strict=True))
        whole = self._value(names, self._whole)
        if len(self._lasting) == len(self._outputs):
            return [("", f"return {whole}")]
        lasting = self._value([by_output[output] for output in self._lasting], self._in_evaluation)
        return [(TRAINING, f"return {whole}"), ("", f"return {lasting}")]

    def _type(self, outputs: tuple[Output, ...], name: str) -> str:
        return "Tensor" if len(outputs) == 1 else name

    def _value(self, names: list[str], name: str) -> str:
        if len(names) == 1:
            return names[0]
        return f"{name}({', '.join(names)})" if self._is_network else ", ".join(names)
