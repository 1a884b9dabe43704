import HTTPTypes
import Hummingbird
import Logging

/// Gives every failure the body FastAPI would give it, and logs those that are ours without any data.
struct ErrorAnswers: RouterMiddleware {
    func handle(
        _ request: Request, context: SandboxContext,
        next: @concurrent (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as HTTPError {
            throw Refusal(error.status, error.status.reasonPhrase)
        } catch {
            context.logger.error(
                "A request failed",
                metadata: ["path": "\(request.uri.path)", "error": "\(type(of: error))"])
            throw Refusal(.internalServerError, "Internal Server Error")
        }
    }
}
