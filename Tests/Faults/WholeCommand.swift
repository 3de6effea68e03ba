import ArgumentParser
import Foundation
import TestSupport

/// `faults whole`: campaigns side by side, until every kind of trouble has been shown often enough.
struct WholeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whole", abstract: "Run every kind of trouble as often as a whole campaign must, and print one table.",
        discussion: """
            Takes about two hours on two cores that do nothing else, with --optimised. Exit status 1 when an invariant was \
            broken or a goal was not reached; what cannot be reached on this machine is said before anything begins. What each \
            campaign printed stays in the folder: after --minutes the rest can be run another day, on the same sources, with \
            --after and another first seed.

            The lanes alone, in simulated time, are another program, for when this one has ended: \
            nice -n 19 deploy/faults --simulate --seeds 1000000
            """)

    @Option(parsing: .unconditional, help: "Campaigns side by side; each is a server, brokers and eight workers.")
    var streams = 2 * ProcessInfo.processInfo.activeProcessorCount
    @Option(parsing: .unconditional, help: "Begin no campaign after so many minutes.") var minutes: Double?
    @Option(parsing: .unconditional, help: "The first seed of each kind of trouble.") var from: UInt64 = 1
    @Option(help: "The folder that gets what each campaign printed, as JSON, and its progress.") var into = ".build/faults"
    @Option(
        parsing: .upToNextOption,
        help: "What campaigns printed before: it counts, as far as it goes. Give --from a seed beyond theirs.")
    var after: [String] = []

    func validate() throws {
        try OptionLimits.require("--streams", streams, in: 1...64, remedy: "leave it out for two on each core")
        try OptionLimits.requireMinutes(minutes, remedy: "leave it out to go on until every goal is reached")
        try OptionLimits.require("--from", from, in: OptionLimits.firstSeed, remedy: "begin with 1")
        guard after.isEmpty || from > 1 else {
            throw ValidationError("--after wants --from: the same seeds again would show nothing new; begin beyond theirs")
        }
    }

    func run() async throws {
        let earlier = try Tally(files: after)
        try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: true)
        let deadline = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
        var obstacles: [Fault: String] = [:]
        for fault in Fault.allCases { obstacles[fault] = fault.obstacle }
        for (fault, obstacle) in obstacles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            FileHandle.standardError.write(Data("cannot be reached here: \(fault.rawValue): \(obstacle)\n".utf8))
        }
        var progress = Progress(from: from, obstacles: obstacles, after: earlier)
        await withTaskGroup(of: (Int, Outcome).self) { running in
            var count = 0
            while true {
                let isLate = deadline.map { ContinuousClock.now > $0 } ?? false
                while count < streams, !isLate, let (index, arguments) = progress.begin() {
                    count += 1
                    let file = "\(into)/\(from)-\(progress.begun)"
                    running.addTask { (index, await Self.campaign(arguments, file: file)) }
                }
                guard let (index, outcome) = await running.next() else { break }
                count -= 1
                progress.end(index, outcome.json, status: outcome.status)
                FileHandle.standardError.write(Data("\(progress.lastLine)\n".utf8))
            }
        }
        for line in progress.lines { print(line) }
        if !progress.isComplete { throw ExitCode.failure }
    }

    /// What a campaign printed, nothing at times, and its exit status, or the signal that ended it.
    private typealias Outcome = (json: Data?, status: Int32?)

    private static func campaign(_ arguments: [String], file: String) async -> Outcome {
        // It ends with this process, however that ends.
        let command = #"exec setpriv --pdeathsig KILL "$0" "$@" >"$FILE.json" 2>"$FILE.log""#
        let environment = ProcessInfo.processInfo.environment.merging(["FILE": file]) { $1 }
        let outcome = try? await Programs.outcome(
            of: "/bin/sh", ["-c", command, "\(WorkerProcess.folder)/Faults"] + arguments, environment: environment)
        return (FileManager.default.contents(atPath: "\(file).json"), outcome?.status)
    }
}
