"""One loaded model: checked, placed on its device, stoppable."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrapp.errors import DeviceUnavailableError, ModelUnusableError
from ocrapp.runtime.cancel import Cancel
from ocrapp.runtime.catalog import ModelEntry
from ocrapp.runtime.device import Device
from ocrapp.runtime.ort import CUDA, create_session, describe, run_options, session_errors

if TYPE_CHECKING:  # NumPy takes a tenth of a second to import, and ``ocrapp --help`` passes here
    from numpy.typing import NDArray


class Session:
    """A model that is ready to run.

    Args:
        model: A catalog entry (its file is verified first), or the path of an ONNX file.
        device: Where to run.
        threads: CPU threads of one inference; None for `ocrapp.runtime.ort.thread_count`.

    Attributes:
        id: The catalog entry's id, or the file's name without suffix.
        provider: The ONNX Runtime provider that really runs the model.
        inputs: Names of the model's inputs.
        outputs: Names of the model's outputs, in the order of `run`'s result.

    Raises:
        ModelUnusableError: The file is missing, damaged or no ONNX model.
        DeviceUnavailableError: A GPU is required, but this model does not run on it.
    """

    def __init__(self, model: ModelEntry | Path | str, device: Device, threads: int | None = None) -> None:
        if isinstance(model, ModelEntry):
            model.verify()
            path, self.id = model.path, model.id
        else:
            path = Path(model)
            self.id = path.stem
        if not path.is_file():
            raise ModelUnusableError(f"There is no model file {path}.", "Give the path of an ONNX file.")
        try:
            self._session = create_session(str(path), device.providers, threads)
        except session_errors() as error:
            raise ModelUnusableError(
                f"The model file {path} cannot be loaded ({describe(error)}).",
                "Check it with `ocrapp models verify`, or install ocrapp again.",
            ) from error
        self.provider: str = self._session.get_providers()[0]
        self.inputs = tuple(item.name for item in self._session.get_inputs())
        self.outputs = tuple(item.name for item in self._session.get_outputs())
        if device.required and self.provider != CUDA:
            raise DeviceUnavailableError(
                f"A GPU is required, but the model {self.id} runs on {self.provider}.",
                "Run `ocrapp doctor` to see what is missing.",
            )

    def run(self, feeds: "Mapping[str, NDArray[Any]]", cancel: Cancel | None = None) -> "list[NDArray[Any]]":
        """Run the model once.

        Args:
            feeds: One array for each input, by name.
            cancel: Stops the inference within milliseconds when it is cancelled from another thread.

        Returns:
            One array for each output.

        Raises:
            CancelledError: ``cancel`` was cancelled.
            ModelUnusableError: The model does not take these inputs.
            DeviceUnavailableError: The device failed, for example for want of memory.
        """
        cancel = cancel or Cancel()
        options = run_options()
        with cancel.stopping(options):
            try:
                return list(self._session.run(None, dict(feeds), options))
            except session_errors() as error:
                cancel.check()
                raise self._failure(error) from error

    def _failure(self, error: Exception) -> ModelUnusableError | DeviceUnavailableError:
        if isinstance(error, ValueError) or type(error).__name__ == "InvalidArgument":
            return ModelUnusableError(
                f"The model {self.id} does not take this input ({describe(error)}).",
                "Its file does not fit this version of ocrapp; install both again.",
            )
        return DeviceUnavailableError(
            f"The model {self.id} failed on {self.provider} ({describe(error)}).",
            "If memory ran out, close other programs or choose another device with --device.",
        )
