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

    @Option(help: "How many seeds.") var seeds = 20
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(
        help: """
            Only this kind of trouble, or several at once with commas between, or "each" for one after the other; \
            `faults list` names them.
            """)
    var fault: String?
    @Option(help: "Only these of what goes wrong in a seed, by number from 0, with commas between.") var acts: String?
    @Option(help: "Only these of a seed's clients: r0 is its first resident, c0 its first cadre, g0 its first gateway.")
    var clients: String?
    @Option(help: "Stop after so many minutes.") var minutes: Double?
    @Option(help: "Copies of each worker; otherwise the seed decides: mostly 2, for rebalance-storm 3 to 6.") var copies: Int?
    @Option(help: "Runs on one installation before it is replaced by a new one.") var keep = Shape().keep
    @Option(help: "Requests that overdue-timers breaks the promises of.") var overdue = Shape().overdue
    @Flag(inversion: .prefixedNo, help: "Find out which of a failing seed's acts and clients it needs.") var shrink = true
    @Flag(help: "Print the outcome as JSON instead of tables.") var json = false
    @Option(help: .hidden) var plant: String?
    @Flag(help: "Leave the logs behind also when all is well.") var keepLogs = false

    func run() async throws {
        let kinds = try kinds()
        let shape = Shape(
            copies: copies, keep: keep, overdue: overdue, hasSmallDisk: kinds.contains { $0.contains(.diskFull) })
        let campaign = Campaign(shape)
        await campaign.plant(plant)
        let deadline = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
        for index in 0..<seeds {
            if let deadline, ContinuousClock.now > deadline { break }
            var plan = RunPlan(seed: from + UInt64(index), faults: kinds[index % kinds.count], shape: shape)
            if let acts { plan = plan.keeping(try Self.indices(acts, below: plan.acts.count)) }
            if let clients { plan = plan.keeping(try Self.clients(clients, of: plan)) }
            await campaign.perform(plan, shrinking: shrink ? Self.attempts : 0)
        }
        await campaign.close(keepsLogs: keepLogs || campaign.report.isFailed)
        print(json ? campaign.report.json : campaign.report.text)
        if campaign.report.isFailed { throw ExitCode.failure }
    }

    /// One set of them for each seed in turn; an empty one is a mixture.
    private func kinds() throws -> [[Fault]] {
        guard let fault else { return [[]] }
        if fault == "each" { return Fault.allCases.filter { $0.obstacle == nil }.map { [$0] } }
        return [
            try fault.split(separator: ",").map { word in
                guard let kind = Fault(rawValue: String(word)) else {
                    throw ValidationError("there is no fault \"\(word)\"; see faults list")
                }
                if let obstacle = kind.obstacle { throw ValidationError("\(word): \(obstacle)") }
                return kind
            }
        ]
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
