import TaskQueueWorker

let options = HandlerOptions(blocks: true)

await TaskProgram.run { tasks in
    tasks.on(Describe.self, options) { _, task in
        try judged { () throws(PictureError) in try Picture(reading: task.path).size }
    }
    tasks.on(MakeThumbnail.self, options) { context, task in
        context.logger.info("\(task.path): \(task.width) pixels wide")
        return try judged { () throws(PictureError) in
            try Thumbnail(of: task.path, width: task.width, mark: context.id)
        }
    }
    tasks.on(MakeThumbnails.self, options) { context, task in
        var batch = Batch()
        for (count, path) in task.paths.enumerated() {
            try Task.checkCancellation()
            batch.add(path, width: task.width, mark: context.id)
            context.report(count + 1, of: task.paths.count, path)
        }
        return batch
    }
}
