package dev.fovea.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fovea.onnx.graph.UnreadableOnnx.Flaw;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files made to harm: each is refused with a type, quickly and without much memory. */
@Timeout(2)
class HostileOnnxTest {
  private static final int FLOAT = 1;

  @Test
  void refusesExternalDataByEitherOfItsTwoFields() {
    var entry = Proto.message().text(1, "location").text(2, "../../etc/passwd");

    refuses(Flaw.EXTERNAL_DATA, Proto.modelWith(tensor(1).message(13, entry)));
    refuses(Flaw.EXTERNAL_DATA, Proto.modelWith(tensor(1).varint(14, 1)));
  }

  @Test
  void refusesExternalDataInAnAttributeOfASubgraph() {
    var external =
        Proto.message().text(1, "value").varint(20, 4).message(5, tensor(1).varint(14, 1));
    var constant = Proto.message().text(2, "c").text(4, "Constant").message(5, external);
    var branch =
        Proto.message()
            .text(1, "then_branch")
            .varint(20, 5)
            .message(6, Proto.message().message(1, constant));
    var node = Proto.message().text(4, "If").message(5, branch);

    refuses(Flaw.EXTERNAL_DATA, Proto.model(Proto.message().message(1, node)));
  }

  @Test
  void refusesLengthsThatTheFileDoesNotHave() {
    for (long length : new long[] {100, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1}) {
      refuses(Flaw.MALFORMED, Proto.message().length(7, length).bytes());
    }
  }

  @Test
  void refusesTensorsWhoseDimensionsAndBytesDisagree() {
    refuses(Flaw.MALFORMED, Proto.modelWith(tensor(3).data(9, new byte[8])));
    refuses(Flaw.MALFORMED, Proto.modelWith(tensor(1L << 40).data(9, new byte[8])));
    refuses(Flaw.MALFORMED, Proto.modelWith(tensor(-1).data(9, new byte[8])));
    refuses(
        Flaw.MALFORMED,
        Proto.modelWith(tensor(Long.MAX_VALUE).varint(1, Long.MAX_VALUE).data(9, new byte[8])));
    refuses(Flaw.MALFORMED, Proto.modelWith(tensor(1)));
    refuses(
        Flaw.MALFORMED, Proto.modelWith(tensor(1).data(9, new byte[4]).data(4, Proto.floats(1))));
  }

  @Test
  void refusesSubgraphsNestedTenThousandDeep() {
    // From the inside out: what precedes each level, whose lengths are those of all inner ones.
    var levels = new ArrayList<byte[]>();
    long inner = 0;
    for (int i = 0; i < 10_000; i++) {
      var body = Proto.message().varint(20, 5).length(6, inner).bytes();
      var attribute = Proto.message().text(4, "Loop").length(5, body.length + inner).bytes();
      var node = Proto.message().length(1, attribute.length + body.length + inner).bytes();
      var level = ByteBuffer.allocate(node.length + attribute.length + body.length);
      levels.add(level.put(node).put(attribute).put(body).array());
      inner += level.capacity();
    }
    var file = new ByteArrayOutputStream();
    file.writeBytes(Proto.message().length(7, inner).bytes());
    levels.reversed().forEach(file::writeBytes);

    refuses(Flaw.TOO_DEEP, file.toByteArray());
  }

  @Test
  void refusesMoreItemsThanTheLimit() {
    var graph = Proto.message();
    for (int i = 0; i < 1000; i++) {
      graph.message(1, Proto.message().text(4, "Relu"));
    }
    var limits = new ReadLimits(1 << 20, 999, 16, 1 << 20);

    assertThatExceptionOfType(UnreadableOnnx.class)
        .isThrownBy(() -> OnnxReader.read(Proto.model(graph), limits))
        .satisfies(e -> assertThat(e.flaw()).isEqualTo(Flaw.TOO_LARGE));
  }

  @Test
  void refusesNumbersThatExpandBeyondTheLimit() {
    var limits = new ReadLimits(1 << 20, 1 << 20, 16, 8_000);
    var int64 = Proto.message().varint(1, 1001).varint(2, 7).data(7, new byte[1001]);

    assertThatExceptionOfType(UnreadableOnnx.class)
        .isThrownBy(() -> OnnxReader.read(Proto.modelWith(int64), limits))
        .satisfies(e -> assertThat(e.flaw()).isEqualTo(Flaw.TOO_LARGE));
  }

  @Test
  void refusesCyclesForwardReferencesAndSecondDefinitions() {
    refuses(
        Flaw.MALFORMED,
        Proto.model(Proto.message().message(1, node("a", "b")).message(1, node("b", "a"))));
    refuses(Flaw.MALFORMED, Proto.model(Proto.message().message(1, node("a", "a"))));
    refuses(
        Flaw.MALFORMED,
        Proto.model(Proto.message().message(1, node("", "a")).message(1, node("", "a"))));
    refuses(
        Flaw.MALFORMED,
        Proto.model(
            Proto.message()
                .message(1, node("", "w"))
                .message(5, tensor(1).text(8, "w").data(9, new byte[4]))));
  }

  @Test
  void refusesWhatTheRecordsCannotHold() {
    refuses(
        Flaw.UNSUPPORTED,
        Proto.modelWith(Proto.message().varint(1, 1).varint(2, 8).text(6, "text")));
    refuses(Flaw.UNSUPPORTED, Proto.modelWith(Proto.message().varint(1, 1).varint(2, 99)));
    refuses(Flaw.UNSUPPORTED, Proto.model(Proto.message().message(15, Proto.message())));
    refuses(Flaw.UNSUPPORTED, Proto.message().message(25, Proto.message()).bytes());
    refuses(
        Flaw.UNSUPPORTED, Proto.model(Proto.message().message(11, Proto.message().text(1, "x"))));
  }

  @Test
  void refusesFilesOfOtherKinds() {
    refuses(Flaw.MALFORMED, new byte[0]);
    refuses(Flaw.MALFORMED, "PK\3\4 this is a zip".getBytes(StandardCharsets.UTF_8));
    refuses(Flaw.MALFORMED, new byte[] {(byte) 0x80, 0x02, 'c', 'o', 's', '\n'});
  }

  @Test
  @Timeout(30)
  void neverFailsOtherwiseOnDamagedFiles() throws IOException {
    var original = OnnxCodecTest.fixture("canonical.onnx");
    var random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var bytes = original.clone();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        OnnxReader.read(
            random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      } catch (UnreadableOnnx _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(5_000);
  }

  private static Proto tensor(long size) {
    return Proto.message().varint(1, size).varint(2, FLOAT);
  }

  private static Proto node(String input, String output) {
    return Proto.message().text(1, input).text(2, output).text(4, "Relu");
  }

  private static void refuses(Flaw flaw, byte[] bytes) {
    assertThatExceptionOfType(UnreadableOnnx.class)
        .isThrownBy(() -> OnnxReader.read(bytes))
        .satisfies(e -> {
          assertThat(e.flaw()).isEqualTo(flaw);
          assertThat(e.remedy()).isNotBlank();
        });
  }
}
