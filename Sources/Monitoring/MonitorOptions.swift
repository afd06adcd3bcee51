/// The option that has a program say how it is.
import ArgumentParser
import Common

/// Where metrics are served, for every program that runs on.
package struct MonitorOptions: ParsableArguments, Sendable {
    @Option(
        help:
            "Answer /metrics, /livez and /readyz there: 127.0.0.1:9464, [::1]:9464 or unix:/PATH (default: nowhere)."
    )
    package var monitor: ListenAddress?

    package init() {}
}
