package dev.fovea.roles.wire;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.roles.Problems;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.roles.TooManyRequests;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolationException;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Every failure leaves as an RFC 9457 problem without traces, class names or paths. It has the
 * lowest precedence: protocols with error shapes of their own, and pages, have an advice before it.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
class ProblemAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  /** What Tomcat throws where a handler first asks for a parameter. */
  private static final String BROKEN_PARAMETERS =
      "org.apache.tomcat.util.http.InvalidParameterException";

  private static final String BROKEN_ESCAPE = "a broken escape such as %zz, or too many parameters";

  @ExceptionHandler
  ResponseEntity<ProblemDetail> problem(Problem problem) {
    var headers = new HttpHeaders();
    if (problem instanceof TooManyRequests many) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(many.pause().toSeconds()));
    }
    return answer(Problems.out(problem), headers);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> unreadable(HttpMessageNotReadableException e) {
    return problem(
        new InvalidRequest(
            "body: " + UnreadableBody.reason(e), "correct the body and send it again"));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> broken(ConstraintViolationException e) {
    return invalid(
        e.getConstraintViolations().stream()
            .map(violation -> {
              var path = violation.getPropertyPath().toString();
              return "%s: %s"
                  .formatted(path.substring(path.indexOf('.') + 1), violation.getMessage());
            })
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> broken(HandlerMethodValidationException e) {
    return invalid(
        e.getParameterValidationResults().stream()
            .flatMap(result ->
                result.getResolvableErrors().stream()
                    .map(error ->
                        "%s: %s"
                            .formatted(
                                result.getMethodParameter().getParameterName(),
                                error.getDefaultMessage())))
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> broken(MethodArgumentNotValidException e) {
    return invalid(
        e.getFieldErrors().stream()
            .map(error -> "%s: %s".formatted(error.getField(), error.getDefaultMessage()))
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> mismatch(TypeMismatchException e) {
    var name =
        e instanceof MethodArgumentTypeMismatchException argument
            ? argument.getName()
            : "parameter";
    var reason =
        UnreadableBody.ownWords(e)
            .orElse("'%s'".formatted(Text.excerpt(String.valueOf(e.getValue()))));
    return problem(
        new InvalidRequest(
            name + ": " + reason, "correct this parameter and send the request again"));
  }

  @ExceptionHandler({NoResourceFoundException.class, NoHandlerFoundException.class})
  ResponseEntity<ProblemDetail> unknownRoute(HttpServletRequest request) {
    return problem(
        new NoSuchThing(
            "route",
            request.getMethod() + " " + request.getRequestURI(),
            "compare the method and the path with the API's description"));
  }

  @ExceptionHandler({
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<ProblemDetail> databaseGone(Exception e) {
    LOG.error("the database doesn't answer", e);
    return problem(
        new ServiceUnavailable(
            "database", "it doesn't answer", "try again shortly; if it lasts, see Fovea's log"));
  }

  /** The client has gone; nobody reads an answer. */
  @ExceptionHandler
  @Nullable ResponseEntity<ProblemDetail> gone(AsyncRequestNotUsableException e) {
    return null;
  }

  /**
   * Spring's own refusals keep their status and words, which name nothing internal; everything else
   * says nothing.
   */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> rest(Exception e) throws Exception {
    if (e.getClass().getName().startsWith("org.springframework.security.")) {
      throw e; // for the security filter, which answers it
    }
    if (e.getClass().getName().equals(BROKEN_PARAMETERS)) {
      return invalid("the query or the form can't be read: " + BROKEN_ESCAPE);
    }
    var unkept = Unkept.reason(e);
    if (unkept.isPresent()) {
      LOG.warn("refused: {}", unkept.get());
      LOG.debug("refused", e);
      return invalid("the request holds " + unkept.get());
    }
    if (e instanceof ErrorResponse refusal && !refusal.getStatusCode().is5xxServerError()) {
      var status = HttpStatus.resolve(refusal.getStatusCode().value());
      var name =
          status == null ? "refused" : status.name().toLowerCase(Locale.ROOT).replace('_', '-');
      return answer(
          detail(
              refusal.getStatusCode().value(),
              name,
              String.valueOf(refusal.getBody().getDetail()),
              "correct the request as said"),
          refusal.getHeaders());
    }
    var incident = UUID.randomUUID().toString().substring(0, 8);
    LOG.error("incident {}", incident, e);
    return answer(
        detail(
            HttpStatus.INTERNAL_SERVER_ERROR.value(),
            "unexpected",
            "something went wrong inside Fovea (incident %s)".formatted(incident),
            "look for 'incident %s' in Fovea's log and report what stands there"
                .formatted(incident)),
        HttpHeaders.EMPTY);
  }

  private ResponseEntity<ProblemDetail> invalid(String what) {
    return problem(new InvalidRequest(what, "correct these values and send the request again"));
  }

  private static ProblemDetail detail(int status, String name, String what, String remedy) {
    var detail = ProblemDetail.forStatus(status);
    detail.setType(Problems.type(name));
    detail.setTitle(Problems.title(Problems.type(name)));
    detail.setDetail(what);
    detail.setProperty("remedy", remedy);
    return detail;
  }

  private static ResponseEntity<ProblemDetail> answer(ProblemDetail detail, HttpHeaders headers) {
    var answer =
        ResponseEntity.status(detail.getStatus())
            .headers(headers)
            .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (detail.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
      answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return answer.body(detail);
  }
}
