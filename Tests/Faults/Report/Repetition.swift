/// How seeds of a campaign are done again: what the campaign was told, and how it was built.
struct Repetition: Sendable {
    /// What a campaign that is begun from here does.
    static let isOptimisedBuild: Bool = {
        #if DEBUG
            false
        #else
            true
        #endif
    }()

    var isOptimised = isOptimisedBuild
    /// As on the command line.
    var fault: String?
    var acts: String?
    var clients: String?
    var shape = Shape()
    /// A mistake that all workers make.
    var planted: String?
    /// Whether the seeds followed each other as a campaign that is told so takes them.
    var isInOrder = true

    /// The seed on an installation of its own.
    func alone(_ plan: RunPlan) -> String {
        // It names what a campaign is told of one plan, and the campaign's shape.
        let words = plan.command.dropFirst(RunPlan.program.count).split(separator: " ").map(String.init)
        return (beginning + words + ending).joined(separator: " ")
    }

    /// The seed after those that its installation had seen before.
    func stretch(from first: UInt64, through last: UInt64) -> String? {
        guard isInOrder, first < last else { return nil }
        let given = [("--fault", fault), ("--acts", acts), ("--clients", clients)]
        let words = given.compactMap { option, value in value.map { "\(option) \($0.isEmpty ? "''" : $0)" } }
        return (beginning + ["--from \(first) --seeds \(last - first + 1)"] + words + shape.words + ending)
            .joined(separator: " ")
    }

    private var beginning: [String] { [RunPlan.program] + (isOptimised ? ["--optimised"] : []) }
    private var ending: [String] { planted.map { ["--plant \($0)"] } ?? [] }

    /// With which seed began the installation that a run was made on: a campaign takes another one after a run that was not
    /// well, after so many, and for more or fewer copies.
    struct Stretches {
        private let keep: Int
        private var first: UInt64?
        private var copies = 0
        private var count = 0

        init(keep: Int) { self.keep = keep }

        /// The next run, in order.
        mutating func first(of plan: RunPlan, isWell: Bool) -> UInt64 {
            if count >= keep || copies != plan.copies { first = nil }
            let begun = first ?? plan.seed
            count = first == nil ? 1 : count + 1
            (first, copies) = (isWell ? begun : nil, plan.copies)
            return begun
        }
    }
}

extension RunPlan {
    /// What ``command`` begins with.
    static let program = "deploy/faults"
}
