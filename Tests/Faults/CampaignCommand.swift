import ArgumentParser
import Foundation
import TestSupport

/// `faults`: many seeds, one after the other, on installations that are kept for a while.
struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "Run seeds until there are enough, or time is over.",
        discussion: """
            Exit status 1 when any seed broke an invariant; each is printed with the command that repeats it. The same seed \
            gives the same clients and the same trouble at the same instants; what the processes make of it is theirs.
            """)

    /// Runs spent on a failing seed.
    private static let attempts = 12
    /// Where nobody says how many, nor for how long.
    private static let usualSeeds = 20

    @Option(parsing: .unconditional, help: "How many seeds; otherwise as many as --minutes allows, or 20.") var seeds: Int?
    @Option(parsing: .unconditional, help: "The first seed.") var from: UInt64 = 1
    @Option(
        help: """
            Only this kind of trouble, or several at once with commas between, or "each" for one after the other; \
            `faults list` names them.
            """)
    var fault: String?
    @Option(help: "Only these of what goes wrong in a seed, by number from 0, with commas between.") var acts: String?
    @Option(help: "Only these of a seed's clients: r0 is its first resident, c0 its first cadre, g0 its first gateway.")
    var clients: String?
    @Option(parsing: .unconditional, help: "Begin no seed after so many minutes.") var minutes: Double?
    @Option(
        parsing: .unconditional,
        help: "Copies of each worker; otherwise the seed decides: mostly 2, for rebalance-storm 3 to 6.")
    var copies: Int?
    @Option(parsing: .unconditional, help: "Runs on one installation before it is replaced by a new one.")
    var keep = Shape().keep
    @Option(parsing: .unconditional, help: "Requests that overdue-timers breaks the promises of.")
    var overdue = Shape().overdue
    @Flag(inversion: .prefixedNo, help: "Find out which of a failing seed's acts and clients it needs.") var shrink = true
    @Flag(help: "Print the outcome as JSON instead of tables.") var json = false
    @Option(help: .hidden) var plant: String?
    @Flag(help: "Leave the logs behind also when all is well.") var keepLogs = false

    func validate() throws {
        try OptionLimits.require("--seeds", seeds, in: OptionLimits.seeds, remedy: "leave it out to go on for --minutes")
        try OptionLimits.require("--from", from, in: OptionLimits.firstSeed, remedy: "begin with 1")
        try OptionLimits.requireMinutes(minutes, remedy: "leave it out to run all of --seeds")
        try OptionLimits.require(
            "--copies", copies, in: 2...9, remedy: "what one leaves another takes over; leave it out to let seeds decide")
        try OptionLimits.require("--keep", keep, in: 1...1_000_000, remedy: "take 1 for a new installation in each run")
        try OptionLimits.require("--overdue", overdue, in: 1...1_000_000, remedy: "leave it out for \(Shape().overdue)")
        if let plant, Mistake.named(plant) == nil {
            throw ValidationError("there is no mistake \"\(plant)\"; `faults list` names them")
        }
        _ = try kinds()
    }

    func run() async throws {
        let kinds = try kinds()
        let shape = Shape(
            copies: copies, keep: keep, overdue: overdue, hasSmallDisk: kinds.contains { $0.contains(.diskFull) })
        let campaign = Campaign(shape)
        await campaign.plant(plant)
        let deadline = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
        for index in 0..<most {
            if let deadline, ContinuousClock.now > deadline { break }
            let seed = from + UInt64(index)
            var plan = RunPlan(seed: seed, faults: Self.kinds(of: seed, in: kinds), shape: shape)
            if let acts { plan = plan.keeping(try Self.indices(acts, below: plan.acts.count)) }
            if let clients { plan = plan.keeping(try Self.clients(clients, of: plan)) }
            await campaign.perform(plan, shrinking: shrink ? Self.attempts : 0)
        }
        await campaign.close(keepsLogs: keepLogs || campaign.report.isFailed)
        let repetition = Repetition(fault: fault, acts: acts, clients: clients, shape: shape, planted: plant)
        print(json ? campaign.report.json(repetition) : campaign.report.text(repetition))
        if campaign.report.isFailed { throw ExitCode.failure }
    }

    /// Seeds to run if time allows.
    var most: Int { seeds ?? (minutes == nil ? Self.usualSeeds : OptionLimits.seeds.upperBound) }

    /// Those whose turn it is by the seed, wherever a campaign began: an empty one is a mixture.
    static func kinds(of seed: UInt64, in kinds: [[Fault]]) -> [Fault] { kinds[Int((seed &- 1) % UInt64(kinds.count))] }

    /// One set of them for each seed in turn.
    private func kinds() throws -> [[Fault]] {
        guard let fault else { return [[]] }
        if fault == "each" { return Fault.allCases.filter { $0.obstacle == nil }.map { [$0] } }
        let kinds = try fault.split(separator: ",").map { word in
            guard let kind = Fault(rawValue: String(word)) else {
                throw ValidationError("there is no fault \"\(word)\"; `faults list` names them")
            }
            if let obstacle = kind.obstacle { throw ValidationError("\(word): \(obstacle)") }
            return kind
        }
        if kinds.isEmpty { throw ValidationError("--fault names no fault; leave it out for a mixture") }
        return [kinds]
    }

    private static func indices(_ text: String, below count: Int) throws -> [Int] {
        try text.split(separator: ",").map { word in
            guard let index = Int(word), (0..<count).contains(index) else {
                throw ValidationError("--acts takes numbers from 0 to \(count - 1) for this seed; found \"\(word)\"")
            }
            return index
        }
    }

    private static func clients(_ text: String, of plan: RunPlan) throws -> [Client] {
        try text.split(separator: ",").map { word in
            guard let client = Client(word), plan.clients.contains(client) else {
                throw ValidationError("this seed's clients are \(plan.clients); found \"\(word)\"")
            }
            return client
        }
    }
}
