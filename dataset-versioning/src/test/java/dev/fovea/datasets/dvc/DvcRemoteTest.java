package dev.fovea.datasets.dvc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.ServerTest;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.remote.HttpRemote;
import dev.fovea.dvc.remote.Remote;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DvcRemoteTest extends ServerTest {
  private static final byte[] HELLO = "hello\r\nworld\r\n".getBytes(UTF_8);
  private static final String HELLO_MD5 = "7ac062d8a84466e70d9b899c0821a51c";

  // Marc Stevens' single-block pair of 2012
  // (https://marc-stevens.nl/research/md5-1block-collision/).
  private static final String FIRST_OF_PAIR =
      "4dc968ff0ee35c209572d4777b721587d36fa7b21bdc56b74a3dc0783e7b9518"
          + "afbfa200a8284bf36e8e4b55b35f427593d849676da0d1555d8360fb5f07fea2";
  private static final String SECOND_OF_PAIR =
      "4dc968ff0ee35c209572d4777b721587d36fa7b21bdc56b74a3dc0783e7b9518"
          + "afbfa202a8284bf36e8e4b55b35f427593d849676da0d1d55d8360fb5f07fea2";

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT"})
  void keepsWhatIsPushedAndGivesItBack(String method) throws Exception {
    var team = team();
    assertThat(team.dvc("HEAD", HELLO_MD5, new byte[0]).statusCode()).isEqualTo(404);
    assertThat(team.dvc("GET", HELLO_MD5, new byte[0]).statusCode()).isEqualTo(404);
    assertThat(team.dvc(method, HELLO_MD5, HELLO).statusCode()).isEqualTo(200);
    var head = team.dvc("HEAD", HELLO_MD5, new byte[0]);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(HELLO.length);
    assertThat(team.dvc("GET", HELLO_MD5, new byte[0]).body()).isEqualTo(HELLO);
  }

  @Test
  void keepsAnEmptyFile() throws Exception {
    var team = team();
    var name = "d41d8cd98f00b204e9800998ecf8427e";
    assertThat(team.dvc("POST", name, new byte[0]).statusCode()).isEqualTo(200);
    assertThat(team.dvc("GET", name, new byte[0]).body()).isEmpty();
  }

  @Test
  void refusesBytesThatAreNotWhatTheirNameSays() throws Exception {
    var team = team();
    var answer = team.dvc("POST", HELLO_MD5, "other".getBytes(UTF_8));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(new String(answer.body(), UTF_8))
        .contains("795f3202b17cb6bc3d4b771d8c6c9eaf")
        .contains("dvc add");
    assertThat(team.dvc("HEAD", HELLO_MD5, new byte[0]).statusCode()).isEqualTo(404);
  }

  @Test
  void keepsTheOldObjectWhenASecondUploadIsBroken() throws Exception {
    var team = team();
    team.dvc("POST", HELLO_MD5, HELLO);
    assertThat(team.dvc("POST", HELLO_MD5, "other".getBytes(UTF_8)).statusCode()).isEqualTo(422);
    assertThat(team.dvc("POST", HELLO_MD5, HELLO).statusCode()).isEqualTo(200);
    assertThat(team.dvc("GET", HELLO_MD5, new byte[0]).body()).isEqualTo(HELLO);
  }

  @Test
  void refusesTheSecondOfTwoFilesWithOneMd5() throws Exception {
    var team = team();
    var first = HexFormat.of().parseHex(FIRST_OF_PAIR);
    var second = HexFormat.of().parseHex(SECOND_OF_PAIR);
    var md5 = Md5.hex(first);
    assertThat(Md5.hex(second)).isEqualTo(md5);
    assertThat(first).isNotEqualTo(second);
    assertThat(team.dvc("POST", md5, first).statusCode()).isEqualTo(200);
    var answer = team.dvc("POST", md5, second);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(new String(answer.body(), UTF_8)).contains("two different files have this MD5");
    assertThat(team.dvc("GET", md5, new byte[0]).body()).isEqualTo(first);
  }

  @Test
  void refusesAFileThatIsTooLarge() throws Exception {
    var large = new byte[(1 << 20) + 1];
    new Random(1).nextBytes(large);
    assertThat(team().dvc("POST", Md5.hex(large), large).statusCode()).isEqualTo(413);
  }

  @Test
  void refusesAFolderBeforeItsFiles() throws Exception {
    var team = team();
    var directory = new DvcDirectory(List.of(new Entry(HELLO_MD5, "a.txt")));
    var early = team.dvc("POST", directory.name(), directory.bytes());
    assertThat(early.statusCode()).isEqualTo(409);
    assertThat(new String(early.body(), UTF_8))
        .contains("1 of its 1 files are not here", HELLO_MD5);
    team.dvc("POST", HELLO_MD5, HELLO);
    assertThat(team.dvc("POST", directory.name(), directory.bytes()).statusCode()).isEqualTo(200);
    assertThat(team.dvc("GET", directory.name(), new byte[0]).body()).isEqualTo(directory.bytes());
  }

  @Test
  void refusesAFolderThatLeavesItself() throws Exception {
    var team = team();
    team.dvc("POST", HELLO_MD5, HELLO);
    var bytes =
        "[{\"md5\": \"%s\", \"relpath\": \"../../x\"}]".formatted(HELLO_MD5).getBytes(UTF_8);
    assertThat(team.dvc("POST", Md5.hex(bytes) + ".dir", bytes).statusCode()).isEqualTo(422);
  }

  @Test
  void tellsATeamNothingOfAnothersObjects() throws Exception {
    team().dvc("POST", HELLO_MD5, HELLO);
    assertThat(team().dvc("HEAD", HELLO_MD5, new byte[0]).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz0062d8a84466e70d9b899c0821a51c",
        "7ac0",
        "7AC062D8A84466E70D9B899C0821A51C",
        "7ac062d8a84466e70d9b899c0821a51c.exe"
      })
  void knowsNoOtherNames(String name) throws Exception {
    assertThat(team().dvc("POST", name, HELLO).statusCode()).isEqualTo(404);
  }

  @Test
  void tellsWhichOfManyAreMissingByOneQuestion() throws Exception {
    var team = team();
    team.dvc("POST", HELLO_MD5, HELLO);
    var other = "0".repeat(32);
    try (var remote = new HttpRemote(team.dvcAddress(), team.authorization(), "POST")) {
      assertThat(remote.has(other + ".dir")).isFalse();
      assertThat(remote.among(Set.of(HELLO_MD5, other, other + ".dir")))
          .contains(Set.of(HELLO_MD5));
    }
    try (var remote = new HttpRemote(team().dvcAddress(), team.authorization(), "POST")) {
      assertThat(remote.has(other)).isFalse();
      assertThat(remote.among(Set.of(HELLO_MD5))).as("to another team").contains(Set.of());
    }
  }

  @Test
  void answersTenThousandAtATime() throws Exception {
    var team = team();
    var names =
        IntStream.range(0, Remote.ASKED_TOGETHER)
            .mapToObj("%032x"::formatted)
            .collect(Collectors.joining("\n"));
    assertThat(team.missing(names).body()).isEqualTo(names + "\n");
    var more = team.missing(names + "\n" + HELLO_MD5);
    assertThat(more.statusCode()).isEqualTo(413);
    assertThat(more.body()).contains("a question for more than 10,000 objects");
    assertThat(team.missing("x".repeat(1 << 20)).statusCode()).isEqualTo(413);
    assertThat(team.missing(HELLO_MD5 + "\n../../etc/passwd").body())
        .contains("line 2 is '../../etc/passwd'");
  }
}
