import KafkaClient

/// The exit statuses programs use, from sysexits.h.
public enum ExitStatus {
    public static let success: Int32 = 0
    /// A service failed, or a second signal cut the stop short.
    public static let failure: Int32 = 1
    /// `EX_USAGE`: the command line is wrong.
    public static let usage: Int32 = 64
    /// `EX_UNAVAILABLE`: something needed does not answer.
    public static let unavailable: Int32 = 69
    /// `EX_SOFTWARE`: the stop took longer than `stop.timeout-seconds`.
    public static let software: Int32 = 70
    /// `EX_TEMPFAIL`: trying again later may succeed.
    public static let tryAgain: Int32 = 75
    /// `EX_CONFIG`: a setting is unknown or bad.
    public static let configuration: Int32 = 78
}

/// An error that knows the status its program should exit with.
public protocol ExitStatusError: Error {
    var exitStatus: Int32 { get }
}

extension SettingsError: ExitStatusError {}

extension KafkaError: ExitStatusError {
    /// A setting that librdkafka does not know or take is a setting; everything else is a failure.
    public var exitStatus: Int32 { name == "_INVALID_ARG" ? ExitStatus.configuration : ExitStatus.failure }
}
