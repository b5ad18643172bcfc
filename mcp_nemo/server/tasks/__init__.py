from mcp_nemo.server.tasks.book import Handle, Task, TaskBook
from mcp_nemo.server.tasks.extension import LongWork, Tasks, patience
from mcp_nemo.server.tasks.work import long_work

__all__ = ["Handle", "LongWork", "Task", "TaskBook", "Tasks", "long_work", "patience"]
