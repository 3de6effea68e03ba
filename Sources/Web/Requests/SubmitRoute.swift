import Contracts
import Domain
import Hummingbird
import Workflow

/// `POST /v1/requests`: 201 for a new request, 200 for one that came before under the same key.
struct SubmitRoute: Sendable {
    let submit: @Sendable (Submission) async throws -> Result<AcceptOutcome, FieldProblems>
    let bodies: JSONBody

    private static let idempotencyKey = HTTPFields.Element.Name("Idempotency-Key")!

    func answer(_ request: Request) async throws -> Response {
        try await bodies.answer(request, decode: Self.submission) { submission in
            var submission = submission
            if let key = request.headers[Self.idempotencyKey], !key.isEmpty { submission.idempotencyKey = key }
            switch try await submit(submission) {
            case .failure(let problems): throw Problem.invalid(problems.problems)
            case .success(.accepted(let id)): return Self.answer(.created, id, "accepted")
            case .success(.repeated(let id)): return Self.answer(.ok, id, "repeated")
            case .success(.conflict): throw Problem.keyReused
            }
        }
    }

    private static func submission(_ bytes: [UInt8]) throws -> Submission {
        var submission: Submission
        do { submission = try SubmissionRecord.submission(bytes, channel: "http") } catch {
            throw Problem.malformed(error.detail)
        }
        // A body cannot speak for another channel: its keys would meet that channel's.
        submission.channel = "http"
        return submission
    }

    private static func answer(_ status: HTTPResponse.Status, _ id: RequestID, _ outcome: String) -> Response {
        var json = JSONWriter(reserve: 96)
        json.write("request_id", id)
        json.write("outcome", outcome)
        var response = Response.json(status, json.finish())
        response.headers[.location] = "/v1/requests/\(id)"
        return response
    }
}
