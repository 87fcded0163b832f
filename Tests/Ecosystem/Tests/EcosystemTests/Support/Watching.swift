import CoreMetrics
import InMemoryTracing
import MetricsTestKit
import Tracing

/// What the tests have set up to watch, as a program does: once in a process.
enum Watching {
    static let metrics = {
        let metrics = TestMetrics()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }()

    static let tracer = {
        let tracer = TraceContextTracer()
        InstrumentationSystem.bootstrap(tracer)
        return tracer
    }()
}
