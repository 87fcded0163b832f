// A program that handles tasks also names their types, errors and places, and writes to their log.
@_exported public import Logging
@_exported public import TaskQueueClient
