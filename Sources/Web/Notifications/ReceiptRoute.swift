import Hummingbird
import Workflow

/// `POST /v1/notifications/{id}/receipt`: a gateway has delivered the notification whose `ce_id` this is. 204, 404.
///
/// May be repeated. What has a receipt is not put on the topic again after a Kafka cluster was lost.
struct ReceiptRoute: Sendable {
    let receipt: @Sendable (MessageID) async throws -> Bool

    func answer(id: String) async throws -> Response {
        guard let id = MessageID(id), try await receipt(id) else {
            throw Problem.unknownNotification
        }
        return Response(status: .noContent)
    }
}
