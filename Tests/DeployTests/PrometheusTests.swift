import Foundation
import Runtime
import Testing

private let needsPromtool = ConditionTrait.enabled(if: Tool.hasPromtool, "no promtool; Debian has it in prometheus")

@Suite struct PrometheusTests {
    @Test(needsPromtool) func `Prometheus accepts the configuration and its rules`() throws {
        let child = try Child.run("promtool", ["check", "config", "deploy/prometheus/prometheus.yml"])
        #expect(child.status == 0, "\(child.output)")
    }

    @Test(needsPromtool) func `alerts fire when they should`() throws {
        let child = try Child.run("promtool", ["test", "rules", "deploy/prometheus/rules.test.yml"])
        #expect(child.status == 0, "\(child.output)")
    }

    @Test func `every metric that is named is emitted`() throws {
        let emitted = try Repository.emittedMetrics()
        #expect(emitted.count > 10)
        for file in ["deploy/prometheus/rules.yml", "deploy/prometheus/rules.test.yml", "README.md"] {
            for found in try Repository.text(file).matches(of: /\btuesday_[a-z_]*[a-z]/).map(\.output) {
                let base = ["_bucket", "_sum", "_count"].first { found.hasSuffix($0) }.map { found.dropLast($0.count) }
                let isRole = PostgresRoles.names.contains(String(found))
                #expect(
                    isRole || emitted.contains(String(found)) || base.map { emitted.contains(String($0)) } == true,
                    "\(file) names \(found), which nothing in Sources emits")
            }
        }
    }

    @Test func `a runbook that an alert leads to says so at its head`() throws {
        let rules = try Repository.text("deploy/prometheus/rules.yml").split(separator: "- alert: ").dropFirst()
        var count = 0
        for rule in rules {
            guard let runbook = rule.firstMatch(of: /deploy\/runbooks\/[a-z-]+\.md/)?.output else { continue }
            count += 1
            let name = rule.prefix { $0 != "\n" }
            let alarms = try Repository.text(String(runbook)).split(separator: "\n").prefix { !$0.hasPrefix("1.") }
            #expect(alarms.contains { $0.contains("`\(name)`") }, "\(runbook) does not name \(name)")
        }
        #expect(count > 4)
    }

    @Test func `every worker's admin port is scraped`() throws {
        let configuration = try Repository.text("deploy/prometheus/prometheus.yml")
        for program in Program.workers {
            #expect(configuration.contains("job_name: \(program.name)\n"), "\(program.name)")
            #expect(configuration.contains("port: \(Setting.adminPort.defaultText(for: program)),"), "\(program.name)")
        }
    }
}

/// The roles of PostgreSQL, whose names look like metrics.
enum PostgresRoles {
    static let names: Set<String> = [
        "tuesday_owner", "tuesday_migrator", "tuesday_intake", "tuesday_router", "tuesday_followup", "tuesday_stats",
        "tuesday_operator", "tuesday_analyst",
    ]
}
