/// What a worker was asked to do: its verb, and the options that follow.
enum WorkerCommand: Equatable {
    case run([String])
    case healthcheck([String])
    case settings([String])
    case help
    case version
    /// A word that is no verb.
    case unknown(String)

    /// - Parameter arguments: without the program's name.
    init(_ arguments: [String]) {
        if arguments.contains("--help") || arguments.contains("-h") {
            self = .help
        } else if arguments.contains("--version") {
            self = .version
        } else if let verb = arguments.first, !verb.hasPrefix("-") {
            let options = Array(arguments.dropFirst())
            switch verb {
            case "run": self = .run(options)
            case "healthcheck": self = .healthcheck(options)
            case "settings": self = .settings(options)
            default: self = .unknown(verb)
            }
        } else {
            self = .run(arguments)
        }
    }
}
