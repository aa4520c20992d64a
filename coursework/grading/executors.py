"""Who does the work of a class: a pool of processes, or a Dask cluster; what happens when a worker dies."""

import os
import signal
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    as_completed,
)
from contextlib import AbstractContextManager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import Event, Thread
from typing import Any, TypeVar

TRIES = 3
GRACE = 30.0  # seconds that a worker has to clean up, which takes long on a busy machine
WORK = "coursework.grading.batch"  # what a worker imports before the first submission
Done = TypeVar("Done")
_alone = Event()  # set in a worker when the process that started it is gone


class WorkerDied(Exception):
    """The worker process died while it did a task."""


class _Pool(ProcessPoolExecutor):
    """Worker processes that begin when told to, and end when the process that started them does.

    Python 3.11 can hang if one dies while work is handed out, so they wait for the end of a pipe. An event would
    not do: it has a lock, and a worker that is ended while it waits may keep it. The end of a second pipe, to which
    only the starting process can write, tells a worker that this process is gone, however it ended.
    """

    def __init__(self, workers: int | None, context: BaseContext) -> None:
        self.waiting, self.open = context.Pipe(duplex=False)
        self.parent, self.alive = context.Pipe(duplex=False)
        super().__init__(
            workers, mp_context=context, initializer=_start, initargs=(self.waiting, self.parent)
        )

    def begin(self) -> None:
        """Let the workers begin."""
        self.open.close()

    def submit(self, task: Callable[..., Done], /, *args: Any, **options: Any) -> "Future[Done]":
        """Give a task to a worker; a worker whose starting process is gone takes no further one."""
        return super().submit(_unless_alone, task, *args, **options)

    def shutdown(self, *args: Any, **options: Any) -> None:
        """Close the pool, after letting waiting workers begin, since otherwise they could not end."""
        self.begin()
        super().shutdown(*args, **options)
        self.waiting.close()
        self.parent.close()
        self.alive.close()


def _start(waiting: Connection, parent: Connection) -> None:
    """Wait in a worker until the pool begins, and from then on for the end of the process that started it."""
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    waiting.poll(None)


def _unless_alone(task: Callable[..., Done], *args: Any, **options: Any) -> Done:
    if _alone.is_set():
        raise SystemExit
    return task(*args, **options)


def _end_with(parent: Connection) -> None:
    parent.poll(None)
    _alone.set()
    signal.raise_signal(signal.SIGINT)  # so that the sandbox ends and its folder goes
    time.sleep(GRACE)
    os._exit(1)


def process_pool(workers: int | None = None) -> Callable[[], Executor]:
    """Return what makes a pool of worker processes, forked from one that has imported what they need."""
    context = get_context("forkserver")
    context.set_forkserver_preload([WORK])
    return partial(_Pool, workers or os.cpu_count(), context)


def dask_cluster(address: str) -> Callable[[], AbstractContextManager[Executor]]:
    """Return what connects to a Dask scheduler; its workers must see the course's folder under the same path."""
    from contextlib import contextmanager

    from distributed import Client

    @contextmanager
    def connect() -> Iterator[Executor]:
        with Client(address) as client, client.get_executor(retries=TRIES, pure=False) as executor:
            yield executor

    return connect


def fan_out(
    task: Callable[[str], Done],
    failed: Callable[[str, BaseException], Done],
    students: list[str],
    executor: Callable[[], AbstractContextManager[Executor]],
    tries: int = TRIES,
) -> Iterator[Done]:
    """Yield what `task` returns for each student, in the order in which they are done.

    A worker that dies takes its pool with it, and all tasks that wait there. These are tried again in halves, until
    the one that kills its worker is alone; it fails at the last of the tries.

    Parameters
    ----------
    task : callable
        What a worker does for one student.
    failed : callable
        Returns what is yielded for a student whose task raised an error, or whose worker died (`WorkerDied`).
    students : list of str
        Their ids.
    executor : callable
        Returns a `concurrent.futures.Executor`; called again if its workers die.
    tries : int
        How often a task that is alone may kill its worker.

    Raises
    ------
    ConnectionError
        If the scheduler of a cluster is lost.
    """
    dead = (yield from _together(task, failed, students, executor)) if students else {}
    left = list(dead)
    if len(left) > 1:
        half = len(left) // 2
        yield from fan_out(task, failed, left[:half], executor)
        yield from fan_out(task, failed, left[half:], executor)
    elif left and tries > 1:
        yield from fan_out(task, failed, left, executor, tries - 1)
    elif left:
        yield failed(left[0], WorkerDied(f"its worker died {TRIES} times: {dead[left[0]]}"))


def _together(
    task: Callable[[str], Done],
    failed: Callable[[str, BaseException], Done],
    students: list[str],
    executor: Callable[[], AbstractContextManager[Executor]],
) -> Generator[Done, None, dict[str, BaseException | None]]:
    """Yield what one pool gets done; return {student: error} for those whose worker died."""
    left: dict[str, BaseException | None] = dict.fromkeys(students)
    futures: dict[Future, str] = {}
    with executor() as pool:
        try:
            for student in students:
                futures[pool.submit(task, student)] = student
            if isinstance(pool, _Pool):
                pool.begin()
            for future in as_completed(futures):
                error = future.exception()
                if error is None:
                    del left[futures[future]]
                    yield future.result()
                elif isinstance(error, BrokenExecutor) or not isinstance(error, Exception):
                    raise error
                elif _worker_died(error):
                    left[futures[future]] = error
                else:
                    del left[futures[future]]
                    yield failed(futures[future], error)
        except BrokenExecutor as error:  # no more will come of this pool
            return dict.fromkeys(left, error)
        except CancelledError:  # by Dask, whose client has lost its scheduler
            raise ConnectionError("the scheduler is lost; run the same command again to continue") from None
        except BaseException:  # a mistake, or Ctrl-C: what has not begun is left for the next run
            for future in futures:
                future.cancel()
            raise
    return left


def _worker_died(error: BaseException) -> bool:
    """Return whether an error says that a worker died; Dask's is recognised by its name, as Dask may be absent."""
    return any(kind.__name__ in {"BrokenExecutor", "KilledWorker"} for kind in type(error).__mro__)
