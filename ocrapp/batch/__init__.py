"""A folder as a job: journal on disk, resume, local threads or Ray. See README.md of this folder."""

from ocrapp.batch.batch import Batch, Engine, MakeEngine, local_engine
from ocrapp.batch.model import BatchJob, Counts, Row, State, Status

__all__ = [
    "Batch",
    "BatchJob",
    "Counts",
    "Engine",
    "MakeEngine",
    "Row",
    "State",
    "Status",
    "local_engine",
]
