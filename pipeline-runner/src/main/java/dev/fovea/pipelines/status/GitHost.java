package dev.fovea.pipelines.status;

import dev.fovea.kernel.GitCommit;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.registry.webhooks.outbound.Answer;
import dev.fovea.registry.webhooks.outbound.Post;
import dev.fovea.registry.webhooks.outbound.Reach;
import dev.fovea.registry.webhooks.outbound.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes statuses by GitHub's REST API, version 2022-11-28: {@code POST
 * /repos/OWNER/NAME/statuses/SHA}.
 */
final class GitHost {
  /** GitHub's advice where it says no time. */
  private static final Duration REST = Duration.ofMinutes(1);

  private final Post post;
  private final Reach reach;

  GitHost(Post post, Reach reach) {
    this.post = post;
    this.reach = reach;
  }

  /** Writes one, once. Never throws for what the host does. */
  Told tell(Place place, GitCommit commit, Wanted wanted) {
    String token;
    try {
      token = place.token().read();
    } catch (Token.NoToken e) {
      return new Told.Failed(
          Optional.empty(), "not sent: " + e.getMessage(), Optional.empty(), true);
    }
    var target =
        Target.parse("%s/repos/%s/statuses/%s".formatted(place.api(), place.name(), commit), reach);
    return told(place, commit, post.send(target, headers(token), body(wanted)));
  }

  private static Map<String, String> headers(String token) {
    return Map.of(
        "Accept",
        "application/vnd.github+json",
        "Authorization",
        "Bearer " + token,
        "User-Agent",
        "Fovea-Statuses/1",
        "X-GitHub-Api-Version",
        "2022-11-28");
  }

  private static byte[] body(Wanted wanted) {
    var body = new LinkedHashMap<String, String>();
    body.put("state", written(wanted.state()));
    if (!wanted.target().isEmpty()) {
      body.put("target_url", wanted.target());
    }
    body.put("description", wanted.description());
    body.put("context", wanted.context());
    return JsonMapper.shared().writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
  }

  private static String written(CommitStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Told told(Place place, GitCommit commit, Answer answer) {
    return switch (answer) {
      case Answer.Nothing(var why) ->
          new Told.Failed(Optional.empty(), why, Optional.empty(), false);
      case Answer.Status(int code, _) when code / 100 == 2 -> new Told.Taken(code);
      case Answer.Status(int code, var rest) when code == 429 || code == 403 && rest.isPresent() ->
          new Told.Failed(
              Optional.of(code),
              "%s answered %d: too many requests, it is asked again in %d s"
                  .formatted(place.host(), code, rest.orElse(REST).toSeconds()),
              Optional.of(rest.orElse(REST)),
              false);
      case Answer.Status(int code, var rest) -> failed(place, commit, code, rest);
    };
  }

  private static Told failed(Place place, GitCommit commit, int code, Optional<Duration> rest) {
    var who = "%s answered %d".formatted(place.host(), code);
    return switch (code) {
      case 401 ->
          mend(
              code,
              "%s: it does not know the token of %s; put one there that has not expired and may write commit statuses of %s"
                  .formatted(who, place.token(), place.name()));
      case 403 ->
          mend(
              code,
              "%s: the token of %s may not write statuses of %s; give it 'Commit statuses: write'"
                  .formatted(who, place.token(), place.name()));
      case 404 ->
          mend(
              code,
              "%s: there is no %s for the token of %s; correct the repository's name, or let the token see it"
                  .formatted(who, place.name(), place.token()));
      case 301, 302, 307, 308 ->
          mend(
              code,
              "%s, a redirect, which is not followed: %s was renamed or moved; correct its name"
                  .formatted(who, place.name()));
      case 408, 409, 425 -> new Told.Failed(Optional.of(code), who, rest, false);
      default ->
          code / 100 == 4
              ? new Told.Refused(
                  code,
                  "%s: it does not take this status of %s (is the commit pushed to %s?)"
                      .formatted(who, commit.abbreviated(), place.name()))
              : new Told.Failed(Optional.of(code), who + " (expected: 201)", rest, false);
    };
  }

  private static Told mend(int code, String why) {
    return new Told.Failed(Optional.of(code), why, Optional.empty(), true);
  }
}
