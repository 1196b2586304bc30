package dev.fovea.registry.mlflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/**
 * Every failure of MLflow's calls has MLflow's shape. Clients retry 5xx for minutes, so what a user
 * did wrong is never one.
 */
@RestControllerAdvice(basePackageClasses = MlflowAdvice.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class MlflowAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowAdvice.class);

  /** MLflow's error. */
  record Failure(@JsonProperty("error_code") ErrorCode code, String message) {}

  @ExceptionHandler
  ResponseEntity<Failure> refused(MlflowError e) {
    return answer(e.code(), e.what());
  }

  @ExceptionHandler
  ResponseEntity<Failure> refused(Problem problem) {
    var code =
        switch (problem.kind()) {
          case INVALID, TOO_LARGE -> ErrorCode.INVALID_PARAMETER_VALUE;
          case NOT_FOUND -> ErrorCode.RESOURCE_DOES_NOT_EXIST;
          case CONFLICT, REFUSED -> ErrorCode.RESOURCE_CONFLICT;
          case UNAUTHENTICATED -> ErrorCode.UNAUTHENTICATED;
          case FORBIDDEN -> ErrorCode.PERMISSION_DENIED;
          case UNAVAILABLE -> ErrorCode.TEMPORARILY_UNAVAILABLE;
        };
    return answer(code, problem.explanation() + "; " + problem.remedy());
  }

  @ExceptionHandler
  ResponseEntity<Failure> tooSlow(QueryTimeoutException e) {
    return answer(
        ErrorCode.INVALID_PARAMETER_VALUE,
        "the search took more than 10 seconds and was ended; name fewer experiments or add a condition");
  }

  @ExceptionHandler({
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<Failure> databaseGone(Exception e) {
    LOG.error("the database doesn't answer", e);
    return answer(
        ErrorCode.TEMPORARILY_UNAVAILABLE, "the database doesn't answer; try again shortly");
  }

  /** The client has gone; nobody reads an answer. */
  @ExceptionHandler
  @Nullable ResponseEntity<Failure> gone(AsyncRequestNotUsableException e) {
    return null;
  }

  @ExceptionHandler
  ResponseEntity<Failure> rest(Exception e) {
    if (e instanceof ErrorResponse refusal && refusal.getStatusCode().is4xxClientError()) {
      return answer(
          ErrorCode.INVALID_PARAMETER_VALUE, String.valueOf(refusal.getBody().getDetail()));
    }
    var incident = UUID.randomUUID().toString().substring(0, 8);
    LOG.error("incident {}", incident, e);
    return answer(
        ErrorCode.INTERNAL_ERROR,
        "something went wrong inside Fovea; look for 'incident %s' in its log".formatted(incident));
  }

  private static ResponseEntity<Failure> answer(ErrorCode code, String message) {
    // Of this type whatever the client accepts: a refusal that cannot be written would be a defect.
    return ResponseEntity.status(code.status())
        .contentType(MediaType.APPLICATION_JSON)
        .body(new Failure(code, message));
  }
}
