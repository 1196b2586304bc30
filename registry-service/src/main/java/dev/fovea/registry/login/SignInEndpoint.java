package dev.fovea.registry.login;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.registry.SignIns;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.RestController;

/** Signs people in where a provider is configured. */
@RestController
class SignInEndpoint implements SignIns {
  /** What this installation makes: 32 bytes in base64url. */
  private static final Pattern MADE_HERE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private static final int CODE_CHARS = 4_096;
  private static final int ISSUER_CHARS = 2_000;
  private static final String FIX = "begin at /login";

  private final ObjectProvider<Login> login;
  private final ObjectProvider<SignOuts> signOuts;

  SignInEndpoint(ObjectProvider<Login> login, ObjectProvider<SignOuts> signOuts) {
    this.login = login;
    this.signOuts = signOuts;
  }

  @Override
  public Optional<Offer> offer() {
    return Optional.ofNullable(login.getIfAvailable()).map(Login::offer);
  }

  @Override
  public Start start(Begin begin) {
    check("redirect", begin.redirect());
    check("state", begin.state());
    check("nonce", begin.nonce());
    check("challenge", begin.challenge());
    return new Start(configured().start(begin));
  }

  @Override
  public SignedIn finish(Finish finish) {
    check("redirect", finish.redirect());
    check("nonce", finish.nonce());
    check("verifier", finish.verifier());
    within("code", finish.code(), CODE_CHARS);
    finish.issuer().ifPresent(issuer -> within("iss", issuer, ISSUER_CHARS));
    return configured().finish(finish);
  }

  @Override
  public Standing standing(Session session) {
    check("session", session.id());
    return new Standing(signOuts.stream().anyMatch(known -> known.stands(session.id())));
  }

  @Override
  public Left leave(Leave leave) {
    check("session", leave.session());
    check("back", leave.back());
    return new Left(signOuts.stream().findFirst().flatMap(known -> known.leave(leave)));
  }

  private Login configured() {
    return login.stream()
        .findFirst()
        .orElseThrow(() ->
            new InvalidRequest(
                "nobody signs in by a provider here: none is configured",
                "an administrator sets fovea.auth.login.issuer; './fovea open' signs in without one"));
  }

  private static void check(String what, URI redirect) {
    if (redirect.getHost() == null || redirect.getRawQuery() != null) {
      throw new InvalidRequest(
          "%s: '%s' (expected: an address of this installation)"
              .formatted(what, Text.excerpt(redirect.toString())),
          FIX);
    }
  }

  private static void check(String what, String made) {
    if (!MADE_HERE.matcher(made).matches()) {
      throw new InvalidRequest(
          "%s: %d characters (expected: 43 of base64url)".formatted(what, made.length()), FIX);
    }
  }

  private static void within(String what, String text, int limit) {
    if (text.isEmpty() || text.length() > limit) {
      throw new InvalidRequest(
          "%s: %d characters (expected: 1 to %d)".formatted(what, text.length(), limit), FIX);
    }
  }
}
