"""``python -m ocrapp.training (train|evaluate|export|speed) …``: one door to the training engine."""

import runpy
import sys

from ocrapp.errors import OcrappError

COMMANDS = {
    "train": ("ocrapp.training.train_svtr", "Train or resume a recogniser."),
    "ablation": ("ocrapp.training.ablation", "Measure what each part of the recogniser brings."),
    "export": ("ocrapp.training.export_svtr", "Export a recogniser to ONNX and the catalog."),
    "train-segmenter": ("ocrapp.training.train_segmenter", "Train or resume the segmenter."),
    "mine-segmenter": ("ocrapp.training.mine_segmenter", "Find false alarms to train the segmenter on."),
    "export-segmenter": ("ocrapp.training.export_segmenter", "Export the segmenter to ONNX and the catalog."),
    "label": ("ocrapp.training.data.labelling", "Label real crops with the help of a teacher."),
    "sheet": ("ocrapp.training.sheet", "Show rendered or real crops with their labels."),
    "evaluate": ("ocrapp.training.evaluate", "Measure our models and the peers on the validation sets."),
    "probe-segmenter": (
        "ocrapp.training.probe_segmenter",
        "Measure it on drawn lines of all heights and angles.",
    ),
    "speed": ("ocrapp.training.speed", "Time the recognisers of a catalog on one core."),
    "evaluate-segmenter": ("ocrapp.training.evaluate_segmenter", "Measure the segmenter alone."),
}


def main() -> int:
    """Hands the remaining arguments to the command's own parser."""
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        listing = "\n".join(f"  {name:20}{what}" for name, (_, what) in COMMANDS.items())
        sys.stderr.write(f"usage: python -m ocrapp.training COMMAND …\n\n{listing}\n")
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    module, _ = COMMANDS[sys.argv.pop(1)]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except OcrappError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
