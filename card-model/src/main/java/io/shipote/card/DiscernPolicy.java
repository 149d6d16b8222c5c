package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How tapped data is looked at and replayed.
 *
 * @param sampleBytes bytes kept from the beginning to tell the format
 * @param enrichProducer whether the verdict is noted on the producer
 * @param replayChunks chunks a new listener gets of what has passed
 * @param replayBytes bytes of them at most; 0 is no bound
 * @param maxBytesPerSec rate of a tapped edge; 0 is no bound
 */
public record DiscernPolicy(
        U64 sampleBytes, boolean enrichProducer, U64 replayChunks, U64 replayBytes, U64 maxBytesPerSec, Shape shape) {
    public static final DiscernPolicy DEFAULT =
            new DiscernPolicy(U64.of(4096), true, U64.of(32), U64.ZERO, U64.ZERO, Shape.NEW);

    public static DiscernPolicy decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new DiscernPolicy(
                in.u64("sample_bytes", DEFAULT.sampleBytes),
                in.flag("enrich_producer", DEFAULT.enrichProducer),
                in.u64("replay_chunks", DEFAULT.replayChunks),
                in.u64("replay_bytes", DEFAULT.replayBytes),
                in.u64("max_bytes_per_sec", DEFAULT.maxBytesPerSec),
                in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("sample_bytes", sampleBytes, DEFAULT.sampleBytes)
                .put("enrich_producer", enrichProducer, DEFAULT.enrichProducer)
                .put("replay_chunks", replayChunks, DEFAULT.replayChunks)
                .put("replay_bytes", replayBytes, DEFAULT.replayBytes)
                .put("max_bytes_per_sec", maxBytesPerSec, DEFAULT.maxBytesPerSec)
                .end();
    }
}
