package dev.fovea.lab.remote;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The devices whose agents run elsewhere, and their keys. */
final class RemoteDevices {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  /**
   * A device's key.
   *
   * @param removed whether the device was taken out of the lab
   */
  record Key(byte[] bytes, boolean removed) {
    Digest digest() {
      return Digest.sha256(bytes);
    }
  }

  RemoteDevices(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * Why this name and label can't be given; empty where they can. A job for a name must mean one
   * thing, so no name is a label too.
   */
  Optional<String> taken(Name name, Optional<Name> label) {
    if (count("not remote and name = :a", name) > 0) {
      return Optional.of("device %s runs inside the lab itself".formatted(name));
    }
    if (count("label = :a", name) > 0) {
      return Optional.of("'%s' is a label of other devices".formatted(name));
    }
    return label
        .filter(text -> text.equals(name) || count("name = :a", text) > 0)
        .map("label '%s' is the name of a device"::formatted);
  }

  private int count(String where, Name a) {
    return jdbc.sql("select count(*) from lab.device where removed is null and " + where)
        .param("a", a.text())
        .query(Integer.class)
        .single();
  }

  /** Takes the device in, or gives one that is there a new key; what it held is over. */
  void join(Invitations.Found invitation, byte[] key, Map<String, String> facts) {
    jdbc.sql(
            """
            insert into lab.device as old (name, kind, facts, seen, remote, label, key, key_digest, joined)
            values (:name, :kind, cast(:facts as jsonb), clock_timestamp(), true, :label, :key, :digest, clock_timestamp())
            on conflict (name) do update set kind = excluded.kind, facts = excluded.facts, seen = excluded.seen,
              label = excluded.label, key = excluded.key, key_digest = excluded.key_digest, joined = excluded.joined,
              remote = true, removed = null, fence = old.fence + 1, holder = null, leased_until = null, poll = null
            """)
        .param("name", invitation.device().text())
        .param("kind", invitation.kind())
        .param("facts", json.writeValueAsString(new TreeMap<>(facts)))
        .param("label", invitation.label().map(Name::text).orElse(null))
        .param("key", key)
        .param("digest", Digest.sha256(key).toString())
        .update();
    forgetTokens(invitation.device());
  }

  /** The device is there. */
  void heard(Name device, Map<String, String> facts) {
    jdbc.sql(
            """
            update lab.device set facts = cast(:facts as jsonb), seen = clock_timestamp()
            where name = :name and remote and removed is null
            """)
        .param("facts", json.writeValueAsString(new TreeMap<>(facts)))
        .param("name", device.text())
        .update();
  }

  /** Also of a device that was removed: whoever has its key is told so. */
  Optional<Key> key(Name device) {
    return jdbc.sql(
            "select key, removed is not null as removed from lab.device where name = :name and key is not null")
        .param("name", device.text())
        .query((row, _) -> new Key(row.getBytes("key"), row.getBoolean("removed")))
        .optional();
  }

  /** False where no such device is in the lab. */
  boolean remove(Name device) {
    forgetTokens(device);
    return jdbc.sql(
                """
                update lab.device set removed = clock_timestamp(), fence = fence + 1, holder = null, leased_until = null
                where name = :name and remote and removed is null
                """)
            .param("name", device.text())
            .update()
        == 1;
  }

  /** Ends the jobs that only a removed device could do; answers which. */
  List<Digest> failUnserved(String reason) {
    return jdbc.sql(
            """
            update lab.job set state = 'FAILED', failure = :reason where state in ('WAITING', 'RUNNING') and not exists
              (select from lab.device where removed is null and (name = job.target or label = job.target))
            returning id
            """)
        .param("reason", reason)
        .query((row, _) -> Digest.parse(row.getString("id")))
        .list();
  }

  private void forgetTokens(Name device) {
    jdbc.sql("delete from lab.agent_token where device = :device")
        .param("device", device.text())
        .update();
  }
}
