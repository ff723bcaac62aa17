"""The worker: every job's name and its handler, and the loop that runs them."""

from hub.worker.handlers import HANDLERS, SLOW
from hub.worker.loop import Worker, ask_for_first_jobs, drain, run_one
