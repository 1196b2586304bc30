package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.ServiceUnavailable;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * People's sign-in by an OpenID Connect provider, for the process that has their browsers: that one
 * binds a sign-in to a browser, this one knows the provider, its keys and the client's secret.
 */
@HttpExchange("/api/v1/access/sign-in")
public interface SignIns {
  /** What the sign-in page offers; empty where no provider is configured. */
  @GetExchange
  Optional<Offer> offer();

  /** Where to send the browser. */
  @PostExchange("/start")
  Start start(@RequestBody Begin begin) throws InvalidRequest, ServiceUnavailable;

  /**
   * Who came back.
   *
   * @throws TokenRefused where the provider or its token says something that it must not
   * @throws NotAllowed where the person has no right here
   */
  @PostExchange("/finish")
  SignedIn finish(@RequestBody Finish finish)
      throws InvalidRequest, TokenRefused, NotAllowed, ServiceUnavailable;

  /** Whether a sign-in still holds: a browser's session is worth no more than that. */
  @PostExchange("/standing")
  Standing standing(@RequestBody Session session) throws InvalidRequest, ServiceUnavailable;

  /** Ends a sign-in. */
  @PostExchange("/leave")
  Left leave(@RequestBody Leave leave) throws InvalidRequest, ServiceUnavailable;

  /**
   * A way to sign in.
   *
   * @param label what the provider is called
   */
  record Offer(String label) {}

  /**
   * A browser that leaves for the provider.
   *
   * @param redirect where the provider sends it back to
   * @param state what it brings back
   * @param nonce what the provider writes into its token
   * @param challenge the SHA-256 of the verifier of {@link Finish}, as RFC 7636 writes it
   */
  record Begin(URI redirect, String state, String nonce, String challenge) {
    @Override
    public String toString() {
      return "Begin[redirect=%s, state=•••, nonce=•••, challenge=•••]".formatted(redirect);
    }
  }

  /** Where the provider asks people who they are. */
  record Start(URI location) {
    @Override
    public String toString() {
      return "Start[location=•••]";
    }
  }

  /**
   * A browser that came back.
   *
   * @param code what the provider gave it
   * @param issuer who the provider says it is (RFC 9207), where it does
   */
  record Finish(String code, Optional<String> issuer, URI redirect, String nonce, String verifier) {
    public Finish {
      // Where it is left out.
      issuer = Objects.requireNonNullElse(issuer, Optional.empty());
    }

    @Override
    public String toString() {
      return "Finish[code=•••, issuer=%s, redirect=%s, nonce=•••, verifier=•••]"
          .formatted(issuer, redirect);
    }
  }

  /**
   * A person, with what they may do.
   *
   * @param until when they have to sign in again
   * @param session by which to ask whether the sign-in still holds
   */
  record SignedIn(Caller caller, Instant until, String session) {
    @Override
    public String toString() {
      return "SignedIn[caller=%s, until=%s, session=•••]".formatted(caller, until);
    }
  }

  /** A sign-in, by what {@link SignedIn} called it. */
  record Session(String id) {
    @Override
    public String toString() {
      return "Session[id=•••]";
    }
  }

  /**
   * Whether it holds.
   *
   * @param stands false where it has ended, for whatever reason, or never was
   */
  record Standing(boolean stands) {}

  /**
   * Somebody signs out.
   *
   * @param back where the provider sends their browser afterwards
   */
  record Leave(String session, URI back) {
    @Override
    public String toString() {
      return "Leave[session=•••, back=%s]".formatted(back);
    }
  }

  /**
   * Somebody signed out.
   *
   * @param location where their browser goes to sign out at the provider as well, where it does
   */
  record Left(Optional<URI> location) {
    public Left {
      // Where it is left out.
      location = Objects.requireNonNullElse(location, Optional.empty());
    }

    @Override
    public String toString() {
      return "Left[location=%s]".formatted(location.isPresent() ? "•••" : "none");
    }
  }
}
