import Domain

/// What the acceptance of submissions goes by: the registers they were checked against, and where ids come from.
public struct Admission: Sendable {
    public let registers: RegisterCache.Snapshot
    private let minting: @Sendable (Instant) -> RequestID
    private let policy: FollowUpPolicy

    /// - Parameter minting: makes an id from the instant of acceptance.
    public init(
        registers: RegisterCache.Snapshot, policy: FollowUpPolicy = .current,
        minting: @escaping @Sendable (Instant) -> RequestID
    ) {
        self.registers = registers
        self.policy = policy
        self.minting = minting
    }

    public func mint(_ acceptedAt: Instant) -> RequestID { minting(acceptedAt) }

    /// The promise that begins with the acceptance: the resident has an answer in the service's working time.
    public func promise(to submission: ValidSubmission, as request: RequestID, acceptedAt: Instant) -> Deadline {
        guard let register = registers.registers[submission.place.county],
            let service = register.services[submission.place.service]
        else { preconditionFailure("submission of service \(submission.place.service) checked against another register") }
        return resolveDeadline(
            request: request, epoch: 0, acceptedAt: acceptedAt, service: service, calendar: register.calendar,
            policy: policy)
    }
}
