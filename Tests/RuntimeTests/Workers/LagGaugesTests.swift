import Testing
import Workflow

@testable import Runtime

@Suite struct LagGaugesTests {
    private func origin(_ partition: Int32) -> RecordOrigin {
        RecordOrigin(group: "tuesday-stats", topic: "tuesday.requests.v1", partition: partition)
    }

    @Test func `the lag of a partition that moved away goes to 0, and back up when it comes again`() {
        let registry = MetricRegistry()
        func lags() -> [String] {
            PrometheusText.render(registry).split(separator: "\n").filter { !$0.hasPrefix("#") }
                .map { String($0.split(separator: " ")[1]) }
        }
        var gauges = LagGauges(factory: registry)
        gauges.record([origin(0): 7, origin(1): 40])
        #expect(lags() == ["7", "40"])
        gauges.record([origin(0): 3])
        #expect(lags() == ["3", "0"])
        gauges.record([origin(1): 5])
        #expect(lags() == ["0", "5"])
    }
}
