import Domain
import Glibc

/// Runs the lanes, the publishing cursors, the pool lanes and the group commits of `Workflow` as they are, over a
/// simulated PostgreSQL and a simulated Kafka, in simulated time: a whole county's bad day from every seed.
@main
struct Simulation {
    static func main() {
        let options = Options(Array(CommandLine.arguments.dropFirst()))
        // Dictionaries of the same content come in the same order only then.
        guard getenv("SWIFT_DETERMINISTIC_HASHING") != nil else {
            setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
            execv("/proc/self/exe", CommandLine.unsafeArgv)
            fatalError("the simulation cannot start itself again: errno \(errno)")
        }
        if options.count > Parts.size, !options.isPlanting { exit(Parts.run(options)) }
        VirtualExecutor.install()
        if options.isPlanting {
            exit(plant(options))
        }
        var failed = 0
        var jobs = 0
        var happened: [EventType: Int] = [:]
        for seed in options.seeds {
            let found = violations(seed: seed, defect: options.defect, isTracing: options.isTracing, counting: &happened)
            jobs += VirtualExecutor.shared.jobCount
            if options.isVerbose { print("seed \(seed): \(VirtualExecutor.shared.jobCount) jobs, \(VirtualExecutor.shared.milliseconds) ms") }
            guard !found.isEmpty else { continue }
            failed += 1
            report(seed, found)
            if failed >= options.most { break }
        }
        let words = happened.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.word)" }
        print("\(options.seeds.count) seeds, \(failed) with violations, \(jobs) steps; \(words.joined(separator: ", "))")
        exit(failed == 0 ? 0 : 1)
    }

    private static func violations(
        seed: UInt64, defect: Defect?, isTracing: Bool = false, counting happened: inout [EventType: Int]
    ) -> [String] {
        let world = World(seed: seed, defect: defect, isTracing: isTracing)
        guard VirtualExecutor.shared.run(seed: seed, { await world.run() }) else {
            return world.violations + ["it does not end: after \(VirtualExecutor.shared.jobCount) steps and \(VirtualExecutor.shared.milliseconds) ms either everybody waits for somebody, or they turn in circles"]
        }
        for event in world.database.tables.requests.values.flatMap(\.events) { happened[event.type, default: 0] += 1 }
        return world.violations
    }

    private static func report(_ seed: UInt64, _ violations: [String]) {
        for violation in violations { print("seed \(seed): \(violation)") }
        print("seed \(seed): to see it again: Simulation --from \(seed) --seeds 1")
    }

    /// Makes each mistake on purpose and says after how many seeds it was noticed.
    private static func plant(_ options: Options) -> Int32 {
        var isEveryOneCaught = true
        var happened: [EventType: Int] = [:]
        for defect in Defect.allCases {
            var caught: String?
            for (index, seed) in options.seeds.enumerated() where caught == nil {
                if let first = violations(seed: seed, defect: defect, counting: &happened).first { caught = "after \(index + 1) seeds: \(first)" }
            }
            isEveryOneCaught = isEveryOneCaught && caught != nil
            print("\(defect.rawValue): \(caught ?? "not caught in \(options.seeds.count) seeds")")
        }
        return isEveryOneCaught ? 0 : 1
    }
}

struct Options {
    var first: UInt64 = 1
    var count: UInt64 = 1_000
    var defect: Defect?
    var isPlanting = false
    var isVerbose = false
    var isTracing = false
    /// After how many bad seeds to stop.
    var most = 5

    var seeds: ClosedRange<UInt64> { first...(first + count - 1) }

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--planted": isPlanting = true
            case "--verbose": isVerbose = true
            case "--trace": isTracing = true
            case "--from": first = Self.number(after: word, &rest)
            case "--seeds": count = max(1, Self.number(after: word, &rest))
            case "--most": most = Int(Self.number(after: word, &rest))
            case "--defect":
                guard let name = rest.popFirst(), let known = Defect(rawValue: name) else {
                    Self.stop("--defect wants one of \(Defect.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                defect = known
            default: Self.stop("\(word) is no option; there are --seeds N, --from N, --most N, --defect NAME, --planted, --verbose, --trace")
            }
        }
    }

    private static func number(after word: String, _ rest: inout ArraySlice<String>) -> UInt64 {
        guard let text = rest.popFirst(), let number = UInt64(text) else { stop("\(word) wants a whole number") }
        return number
    }

    private static func stop(_ sentence: String) -> Never {
        print("Simulation: \(sentence)")
        exit(64)
    }
}
