// Who handles tasks also names their types, errors and places.
@_exported public import TaskQueueClient
