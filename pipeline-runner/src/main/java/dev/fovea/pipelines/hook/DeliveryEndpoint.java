package dev.fovea.pipelines.hook;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where GitHub posts to. It waits ten seconds for an answer and never sends again by itself, so the
 * delivery and the work that it asks for are written down in one transaction, and the answer is
 * 202.
 */
@RestController
class DeliveryEndpoint {
  /** GitHub sends up to 25 MB; the events that count here are a few hundred kilobytes at most. */
  static final int LIMIT_BYTES = 1 << 20;

  private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{8,64}");
  private static final Pattern EVENT = Pattern.compile("[a-z_]{1,40}");

  /** Tried where there is no hook, so that the answer takes as long. */
  private static final List<String> NO_SECRETS = List.of(Signature.newSecret());

  private final HookRows rows;
  private final TransactionTemplate transactions;
  private final BiConsumer<String, HookWork.Due> run;

  /**
   * @param run has a delivery worked on; called in a transaction
   */
  DeliveryEndpoint(
      HookRows rows, TransactionTemplate transactions, BiConsumer<String, HookWork.Due> run) {
    this.rows = rows;
    this.transactions = transactions;
    this.run = run;
  }

  @PostMapping("/api/v1/projects/{project}/hooks/github")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Accepted deliver(
      @PathVariable("project") Name project,
      @RequestHeader(name = "X-Hub-Signature-256", required = false) @Nullable String signature,
      @RequestHeader(name = "X-GitHub-Delivery", defaultValue = "") String delivery,
      @RequestHeader(name = "X-GitHub-Event", defaultValue = "") String event,
      HttpServletRequest request)
      throws IOException {
    var body = request.getInputStream().readNBytes(LIMIT_BYTES + 1);
    if (body.length > LIMIT_BYTES) {
      throw new DeliveryTooLarge(LIMIT_BYTES);
    }
    var hook = rows.find(project);
    boolean signed =
        Signature.fits(signature, body, hook.map(HookRows.Known::secrets).orElse(NO_SECRETS));
    if (hook.isEmpty() || !signed) {
      throw new NotSigned();
    }
    header("X-GitHub-Delivery", delivery, ID);
    header("X-GitHub-Event", event, EVENT);
    var wish = GitHubEvent.read(event, body, hook.get().repository());
    return new Accepted(delivery, accepted(project, delivery, body, event, wish));
  }

  private String accepted(Name project, String delivery, byte[] body, String event, Wish wish) {
    boolean fresh =
        Boolean.TRUE.equals(
            transactions.execute(_ -> {
              boolean added = rows.add(project, delivery, Digest.sha256(body), event, wish);
              if (added && !(wish instanceof Wish.Nothing)) {
                run.accept(
                    "%s/%s".formatted(project, delivery), new HookWork.Due(project, delivery));
              }
              return added;
            }));
    return fresh
        ? Optional.of(wish)
            .filter(Wish.Nothing.class::isInstance)
            .map(nothing -> "ignored: " + ((Wish.Nothing) nothing).why())
            .orElse("accepted")
        : "it came before, and nothing is done twice";
  }

  private static void header(String name, String value, Pattern wanted) {
    if (!wanted.matcher(value).matches()) {
      throw new InvalidRequest(
          "%s: '%s' (expected: %s)".formatted(name, Text.excerpt(value), wanted),
          "send the headers that GitHub sends");
    }
  }

  /** The answer to a delivery. */
  record Accepted(String delivery, String status) {}
}
