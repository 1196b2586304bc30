package dev.fovea.lab.remote;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.HmacSha256;
import dev.fovea.kernel.Name;
import dev.fovea.lab.AgentAccess;
import dev.fovea.lab.AgentCalls.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tokens of agents: short-lived, kept as hashes, each for one device. A device gets one for signing
 * a challenge. Challenges are not kept, so that nobody fills a table by asking for them: each says
 * for whom it is and until when, under a code that only the lab can make, and opens one token.
 */
final class AgentTokens implements AgentAccess {
  private static final String SUBJECT = "device/";
  private static final Duration CHALLENGE_LASTS = Duration.ofMinutes(1);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 32;

  private final JdbcClient jdbc;
  private final Duration lasts;

  AgentTokens(JdbcClient jdbc, Duration lasts) {
    this.jdbc = jdbc;
    this.lasts = lasts;
  }

  /** The device that calls; empty where the caller is none. */
  static Optional<Name> device(Caller caller) {
    return caller.roles().equals(Set.of(Caller.Role.AGENT)) && caller.subject().startsWith(SUBJECT)
        ? Optional.of(Name.of(caller.subject().substring(SUBJECT.length())))
        : Optional.empty();
  }

  @Override
  public Optional<Caller> caller(String token) {
    return token.startsWith(PREFIX)
        ? jdbc.sql(
                """
                select device from lab.agent_token join lab.device on name = device
                where hash = :hash and expires > clock_timestamp() and removed is null
                """)
            .param("hash", hash(token))
            .query(String.class)
            .optional()
            .map(device -> new Caller(SUBJECT + device, "", Set.of(Caller.Role.AGENT)))
        : Optional.empty();
  }

  String challenge(Name device) {
    var text = "%s.%s.%d".formatted(device, hex(16), nowMillis() + CHALLENGE_LASTS.toMillis());
    return text + "." + mac(text);
  }

  /** For whom it is; empty where it is old or not ours. */
  Optional<Name> challenged(String challenge) {
    int end = challenge.lastIndexOf('.');
    if (end < 0
        || !MessageDigest.isEqual(
            bytes(challenge.substring(end + 1)), bytes(mac(challenge.substring(0, end))))) {
      return Optional.empty();
    }
    var parts = challenge.substring(0, end).split("\\.");
    return Long.parseLong(parts[2]) >= nowMillis()
        ? Optional.of(Name.of(parts[0]))
        : Optional.empty();
  }

  /** A token; empty where this challenge has opened one before. */
  Optional<Token> issue(Name device, String challenge) {
    jdbc.sql("delete from lab.agent_token where expires < clock_timestamp() - interval '1 minute'")
        .update();
    var token = PREFIX + hex(SECRET_BYTES);
    int added =
        jdbc.sql(
                """
                insert into lab.agent_token (hash, device, challenge, expires)
                values (:hash, :device, :challenge, clock_timestamp() + make_interval(secs => :seconds))
                on conflict (challenge) do nothing
                """)
            .param("hash", hash(token))
            .param("device", device.text())
            .param("challenge", challenge)
            .param("seconds", Math.max(lasts.toMillis(), CHALLENGE_LASTS.toMillis()) / 1e3)
            .update();
    return added == 1 ? Optional.of(new Token(token, lasts)) : Optional.empty();
  }

  private long nowMillis() {
    return jdbc.sql("select (extract(epoch from clock_timestamp()) * 1000)::bigint")
        .query(Long.class)
        .single();
  }

  /** Made by whichever process needs it first. */
  private byte[] secret() {
    var found = jdbc.sql("select secret from lab.challenge_secret").query(byte[].class).optional();
    if (found.isPresent()) {
      return found.get();
    }
    var fresh = new byte[SECRET_BYTES];
    RANDOM.nextBytes(fresh);
    jdbc.sql("insert into lab.challenge_secret (secret) values (:secret) on conflict do nothing")
        .param("secret", fresh)
        .update();
    return jdbc.sql("select secret from lab.challenge_secret").query(byte[].class).single();
  }

  private String mac(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(new HmacSha256(secret()).of(text));
  }

  private static byte[] hash(String token) {
    return Digest.hasher().digest(bytes(token));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(int count) {
    var random = new byte[count];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
