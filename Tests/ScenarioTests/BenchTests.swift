import Foundation
import TestSupport
import Testing

/// The measuring tools with tiny numbers: that they run, check and report. What they measure here means nothing.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct BenchTests {
    @Test(arguments: [
        ["drain", "--requests", "400", "--warm-up", "50", "--preload", "2234", "--cadres", "100", "--villages", "40"],
        ["deadlines", "--requests", "100"],
        ["latency", "--rate", "100", "--seconds", "2", "--warm-up", "1"],
        ["http", "--requests", "300", "--warm-up", "20", "--connections", "8", "--rate", "200", "--lone", "3"],
        ["lifecycle", "--requests", "100", "--warm-up", "10", "--connections", "8"],
        ["burst", "--factor", "2", "--step-seconds", "1", "--warm-up", "20", "--connections", "8"],
        ["floor", "--requests", "400", "--warm-up", "0", "--batch", "100"],
    ])
    func aMeasurementRunsOnServersOfItsOwn(arguments: [String]) async throws {
        let figure = Self.figures[arguments[0], default: "assigned_share"]
        let directory = "/tmp/tuesday-bench-\(UInt64.random(in: .min ... .max))"
        let shared = ["bench"] + arguments + ["--repeats", "1", "--json", "--directory", directory]
        let report = try BenchOutput(
            try await Programs.run("tuesday", shared, environment: Programs.neutralEnvironment))
        #expect(report.bench == arguments[0])
        if report.bench == "latency" {
            let figures = report.figures
            let (seen, committed) = (try #require(figures["seen_p99_ms"]), try #require(figures["assigned_p99_ms"]))
            #expect(seen.median >= committed.median, "an event is seen after its transaction had begun to commit")
        }
        #expect(try #require(report.figures[figure]).median > 0)
        #expect(!FileManager.default.fileExists(atPath: directory), "what went well leaves nothing behind")
    }

    /// The program that `deploy/bench/compare` compares with, on the Python that `TUESDAY_TEST_PEER_PYTHON` names.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TUESDAY_TEST_PEER_PYTHON"] != nil))
    func thePeerDoesTheSameWorkAndPassesTheSameChecks() async throws {
        let python = try #require(ProcessInfo.processInfo.environment["TUESDAY_TEST_PEER_PYTHON"])
        let repository = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let output = try await Programs.run(
            "tuesday",
            [
                "bench", "peer", "--requests", "400", "--warm-up", "100", "--repeats", "1", "--json",
                "--program", "\(python) \(repository.path)/deploy/bench/peer/main.py",
                "--directory", "/tmp/tuesday-bench-\(UInt64.random(in: .min ... .max))",
            ], environment: Programs.neutralEnvironment)
        let figures = try BenchOutput(output).figures
        #expect(try #require(figures["assigned_share"]).least == 1)
        #expect(try #require(figures["events_per_request"]).median == 2)
    }

    private static let figures = [
        "deadlines": "breaches_fired_per_second", "http": "requests_per_second", "lifecycle": "lifecycles_per_second", "burst": "success_share",
    ]

    @Test
    func aMeasurementRunsOnServersThatAreGiven() async throws {
        try await Scenario.run { scenario in
            let databases = try await scenario.count("select count(*) from pg_database")
            let output = try await scenario.tuesday(
                "bench", "drain", "--requests", "300", "--warm-up", "0", "--repeats", "2", "--json", "--directory",
                "/tmp/tuesday-bench-\(UInt64.random(in: .min ... .max))")
            let report = try BenchOutput(output)
            #expect(report.settings["broker"] == "given")
            #expect(try #require(report.figures["requests_per_second"]).runs.count == 2)
            #expect(try await scenario.count("select count(*) from tuesday.request") == 0, "it has a database of its own")
            #expect(try await scenario.count("select count(*) from pg_database") == databases, "which is gone afterwards")
        }
    }
}

/// The JSON object on the last line.
private struct BenchOutput: Decodable {
    struct Figure: Decodable {
        let median: Double
        let least: Double
        let runs: [Double]
    }

    let bench: String
    let settings: [String: String]
    let figures: [String: Figure]

    init(_ output: String) throws {
        let last = output.split(separator: "\n").last ?? ""
        self = try JSONDecoder().decode(BenchOutput.self, from: Data(last.utf8))
    }
}
