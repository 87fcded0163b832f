@_exported public import TaskQueueClient
