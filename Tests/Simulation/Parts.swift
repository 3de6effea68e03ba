import Glibc

/// Many seeds in parts, each in a process of its own, as many at once as there are processors.
///
/// What the killed processes of a simulated day still wait for is waited for until the end of the real process: it holds
/// some hundred kilobytes a seed.
enum Parts {
    /// Seeds of one process.
    static let size: UInt64 = 2_000

    /// Runs all seeds of the options, and no further part after one that has failed.
    ///
    /// - Returns: the exit status for the whole.
    static func run(_ options: Options) -> Int32 {
        var count: UInt64 = 0
        var running = 0
        var failed = 0
        let width = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        func awaitOne() {
            var status: Int32 = 0
            guard wait(&status) > 0 else { fatalError("no part to wait for: errno \(errno)") }
            running -= 1
            if status != 0 { failed += 1 }
        }
        while count < options.count, failed == 0 {
            let part = min(size, options.count - count)
            start(options, from: options.first + count, count: part)
            count += part
            running += 1
            if running == width { awaitOne() }
        }
        while running > 0 { awaitOne() }
        print("\(count) of \(options.count) seeds in parts of \(size), \(failed) parts with violations")
        return failed == 0 ? 0 : 1
    }

    private static func start(_ options: Options, from first: UInt64, count: UInt64) {
        var words = [CommandLine.arguments[0], "--from", "\(first)", "--seeds", "\(count)", "--most", "\(options.most)"]
        if let defect = options.defect { words += ["--defect", defect.rawValue] }
        if options.isVerbose { words.append("--verbose") }
        if options.isTracing { words.append("--trace") }
        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        fflush(nil)
        let error = posix_spawn(&child, "/proc/self/exe", nil, nil, arguments, environ)
        guard error == 0 else { fatalError("a part cannot be started: errno \(error)") }
    }
}
