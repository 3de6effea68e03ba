import ArgumentParser

struct AcknowledgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "The owner says: I have it.")
    @OptionGroup var move: MoveOptions
    func run() async throws { try await move.post("acknowledge") }
}

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "start", abstract: "The owner begins the work.")
    @OptionGroup var move: MoveOptions
    func run() async throws { try await move.post("start") }
}

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "The owner, or a supervisor, has answered the resident.")
    @OptionGroup var move: MoveOptions
    func run() async throws { try await move.post("resolve") }
}

struct DeclineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline", abstract: "The owner gives it back; it is routed to somebody else.")
    @OptionGroup var move: MoveOptions
    @Option(help: "Why, in words; kept out of every event.")
    var reason: String?
    func run() async throws { try await move.post("decline", reason: reason) }
}

struct ConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "The resident is content with the answer.")
    @OptionGroup var move: MoveOptions
    func run() async throws { try await move.post("confirm") }
}

struct ReopenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "The resident is not content; it is routed again with a new deadline.")
    @OptionGroup var move: MoveOptions
    func run() async throws { try await move.post("reopen") }
}

struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "The resident no longer needs it.")
    @OptionGroup var move: MoveOptions
    func run() async throws { try await move.post("withdraw") }
}

struct RateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate", abstract: "The resident rates the answer, once.")
    @OptionGroup var move: MoveOptions
    @Option(help: "1 to 5.")
    var rating: Int

    func validate() throws {
        guard (1...5).contains(rating) else { throw ValidationError("--rating must be from 1 to 5; found \(rating)") }
    }

    func run() async throws { try await move.post("rate", rating: rating) }
}
