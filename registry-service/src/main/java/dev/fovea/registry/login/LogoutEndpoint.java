package dev.fovea.registry.login;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.TokenRefused;
import dev.fovea.roles.Problems;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where the provider says that sessions of its own are over (OpenID Connect Back-Channel Logout
 * 1.0). Nobody is signed in here, so the body is read by hand, up to a limit, before anything looks
 * into it. What is wrong with it is 400, as section 2.8 has it.
 */
@RestController
class LogoutEndpoint {
  private static final int LIMIT_BYTES = LogoutTokens.LIMIT_CHARS + 1_024;
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String TOKEN = "logout_token";
  private static final String FIX = "send logout_token, once, as a form";

  private final ObjectProvider<SignOuts> signOuts;

  LogoutEndpoint(ObjectProvider<SignOuts> signOuts) {
    this.signOuts = signOuts;
  }

  @PostMapping("/api/v1/oidc/logout")
  ResponseEntity<ProblemDetail> logout(HttpServletRequest request) throws IOException {
    try {
      configured().ended(token(request));
      return ResponseEntity.ok().cacheControl(CacheControl.noStore()).build();
    } catch (InvalidRequest | TokenRefused e) {
      return ResponseEntity.badRequest().cacheControl(CacheControl.noStore()).body(refusal(e));
    }
  }

  private static ProblemDetail refusal(Problem problem) {
    var detail = Problems.out(problem);
    detail.setStatus(HttpStatus.BAD_REQUEST);
    detail.setProperty("error", "invalid_request");
    return detail;
  }

  private SignOuts configured() {
    return signOuts.stream()
        .findFirst()
        .orElseThrow(() ->
            new InvalidRequest(
                "nobody signs in by a provider here: none is configured",
                "an administrator sets fovea.auth.login.issuer"));
  }

  private static String token(HttpServletRequest request) throws IOException {
    var type = Objects.requireNonNullElse(request.getContentType(), "");
    if (!type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
      throw new InvalidRequest("body: no form (expected: %s)".formatted(FORM), FIX);
    }
    var body = request.getInputStream().readNBytes(LIMIT_BYTES + 1);
    if (body.length > LIMIT_BYTES) {
      throw new InvalidRequest("body: more than %d bytes".formatted(LIMIT_BYTES), FIX);
    }
    var found = tokens(new String(body, StandardCharsets.UTF_8));
    if (found.size() != 1) {
      throw new InvalidRequest(
          "%s: %d of them (expected: one)".formatted(TOKEN, found.size()), FIX);
    }
    return found.getFirst();
  }

  private static List<String> tokens(String form) {
    try {
      return Arrays.stream(form.strip().split("&", -1))
          .filter(pair -> pair.startsWith(TOKEN + "="))
          .map(
              pair -> URLDecoder.decode(pair.substring(TOKEN.length() + 1), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest("body: a broken escape", FIX);
    }
  }
}
