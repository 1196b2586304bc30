package dev.fovea.security;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.registry.SignIns;
import dev.fovea.registry.SignIns.Begin;
import dev.fovea.registry.SignIns.Finish;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.Problems;
import dev.fovea.roles.ServiceRole;
import dev.fovea.security.Departures.Departure;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Sends a browser to the identity provider, and takes it back. */
@Controller
@ConditionalOnRole(ServiceRole.WEB)
class ProviderSignIn {
  /** What the provider is told to send browsers back to, below the public address. */
  static final String BACK = "/login/provider/back";

  private static final Logger LOG = LoggerFactory.getLogger(ProviderSignIn.class);
  private static final int ERROR_CHARS = 300;

  private final SignIns provider;
  private final Departures departures = new Departures(Clock.systemUTC());
  private final AuthProperties auth;

  ProviderSignIn(SignIns provider, AuthProperties auth) {
    this.provider = provider;
    this.auth = auth;
  }

  @GetMapping("/login/provider")
  @Nullable String leave(
      @RequestParam(name = "next", defaultValue = "/") String next,
      HttpServletResponse response,
      Model page) {
    try {
      var departure = departures.begin(LocalPath.of(next));
      var start =
          provider.start(
              new Begin(redirect(), departure.state(), departure.nonce(), departure.challenge()));
      keep(response, departure.cookie(), Departures.VALID);
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader(HttpHeaders.LOCATION, start.location().toASCIIString());
      return null;
    } catch (Problem refusal) {
      return refused(refusal, response, page);
    }
  }

  @GetMapping(BACK)
  String back(
      @RequestParam(name = "code", defaultValue = "") String code,
      @RequestParam(name = "state", defaultValue = "") String state,
      @RequestParam(name = "iss", required = false) Optional<String> issuer,
      @RequestParam(name = "error", defaultValue = "") String error,
      @RequestParam(name = "error_description", defaultValue = "") String description,
      HttpServletRequest request,
      HttpServletResponse response,
      Model page) {
    keep(response, "", Duration.ZERO);
    try {
      var departure = cookie(request).flatMap(kept -> departures.end(kept, state));
      if (departure.isEmpty()) {
        throw new SignInRefused(
            "this sign-in did not begin in this browser, has ended already, or took more than %d minutes"
                .formatted(Departures.VALID.toMinutes()),
            "sign in again, here");
      }
      if (!error.isEmpty()) {
        throw new SignInRefused(said(error, description), "sign in again, or ask whoever keeps it");
      }
      return arrived(code, issuer, departure.get(), request);
    } catch (Problem refusal) {
      return refused(refusal, response, page);
    }
  }

  private String arrived(
      String code, Optional<String> issuer, Departure departure, HttpServletRequest request) {
    var person =
        provider.finish(
            new Finish(code, issuer, redirect(), departure.nonce(), departure.verifier()));
    SessionSource.signIn(request, person);
    return "redirect:" + LocalPath.of(departure.next());
  }

  /** To the letter what the provider has for this installation; no header of a request is in it. */
  private URI redirect() {
    return auth.publicPage(BACK)
        .orElseThrow(() ->
            new InvalidRequest(
                "the address that people use is not configured",
                "an administrator sets fovea.auth.public-url"));
  }

  private static String said(String error, String description) {
    var words = description.isEmpty() ? error : error + ": " + description;
    return "the provider said '%s'"
        .formatted(Text.excerpt(words.substring(0, Math.min(words.length(), ERROR_CHARS))));
  }

  private String refused(Problem refusal, HttpServletResponse response, Model page) {
    // Anybody can send what was never begun; the registry keeps what the provider vouched for.
    if (!(refusal instanceof SignInRefused)) {
      LOG.info("a sign-in was refused: {}", Text.excerpt(refusal.explanation()));
    }
    response.setStatus(Problems.status(refusal.kind()).value());
    page.addAttribute("refused", refusal.explanation());
    page.addAttribute("remedy", refusal.remedy());
    page.addAttribute("next", "/");
    return "login";
  }

  /**
   * With a prefix that lets no page of a neighbouring host set it (RFC 6265bis, 4.1.3), where the
   * public address is TLS.
   */
  private void keep(HttpServletResponse response, String value, Duration age) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(cookieName(), value)
            .httpOnly(true)
            .secure(secure())
            // Strict would keep it back when the provider sends the browser here.
            .sameSite("Lax")
            .path("/")
            .maxAge(age)
            .build()
            .toString());
  }

  private Optional<String> cookie(HttpServletRequest request) {
    var all = request.getCookies() == null ? new Cookie[0] : request.getCookies();
    var ours = Arrays.stream(all).filter(cookie -> cookie.getName().equals(cookieName())).toList();
    // Two of one name: somebody else set one of them.
    return ours.size() == 1 ? Optional.of(ours.getFirst().getValue()) : Optional.empty();
  }

  private String cookieName() {
    return secure() ? "__Host-fovea-sign-in" : "fovea-sign-in";
  }

  private boolean secure() {
    return Optional.ofNullable(auth.publicUrl())
        .map(URI::getScheme)
        .filter("https"::equalsIgnoreCase)
        .isPresent();
  }

  /** Told to the person who tries. */
  private static final class SignInRefused extends Problem {
    private static final long serialVersionUID = 1;

    SignInRefused(String what, String fix) {
      super(Kind.FORBIDDEN, what, fix);
    }
  }
}
