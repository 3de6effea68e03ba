import CLibpq

/// One call's conversation with the server, from the first byte sent to the last answer.
///
/// `advance` is called once to begin and then whenever the socket is ready, always under the connection's lock.
protocol Exchange: AnyObject {
    /// Sends and receives as much as goes without waiting.
    func advance(_ link: Link) -> ExchangeStep
    /// What the caller is told when the link is lost, or abandoned, before the exchange was over.
    func failure(losing reason: PostgresFailure) -> PostgresFailure
}

enum ExchangeStep {
    case waiting
    /// Over, and the connection is ready for the next exchange unless the link is lost.
    case finished(Result<[PostgresResult], PostgresFailure>)
}

extension Exchange {
    func failure(losing reason: PostgresFailure) -> PostgresFailure { reason }
}

/// An exchange on its way from its maker to the connection. `@unchecked` is true because the maker forgets it (`run`
/// takes it as `sending`), and from then on it is only touched under the connection's lock.
struct HandedExchange: @unchecked Sendable { let exchange: any Exchange }
