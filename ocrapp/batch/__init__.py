"""A folder as a job: journal on disk, resume, local threads or Ray. See README.md of this folder."""

from ocrapp.batch.batch import Batch, Engine, MakeEngine, cluster_engine, local_engine
from ocrapp.batch.cluster import ClusterOptions, load_ray
from ocrapp.batch.model import BatchJob, Counts, Row, State, Status

__all__ = [
    "Batch",
    "BatchJob",
    "ClusterOptions",
    "Counts",
    "Engine",
    "MakeEngine",
    "Row",
    "State",
    "Status",
    "cluster_engine",
    "load_ray",
    "local_engine",
]
