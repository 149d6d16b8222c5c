package io.shipote.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.shipote.card.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Interface {@code org.varlink.service}: who we are and what we understand. */
final class VarlinkService {
    static final String INTERFACE = "org.varlink.service";

    static final List<String> INTERFACES = List.of(INTERFACE, MethodTable.INTERFACE);

    private static final String NO_URL = "";

    private VarlinkService() {}

    static void register(MethodTable table, String version) {
        GetInfoOut info = new GetInfoOut("shipote", "shipote", version, NO_URL, INTERFACES);
        table.add(
                INTERFACE + ".GetInfo",
                GetInfoIn.class,
                (in, exchange) -> exchange.reply(info),
                MethodTable.Mode.PLAIN);
        table.add(
                INTERFACE + ".GetInterfaceDescription",
                GetInterfaceDescriptionIn.class,
                (in, exchange) -> exchange.reply(new GetInterfaceDescriptionOut(description(in.name()))),
                MethodTable.Mode.PLAIN);
    }

    private static String description(String name) {
        return switch (name) {
            case INTERFACE -> read(VarlinkService.class, INTERFACE);
            case MethodTable.INTERFACE -> read(WireJson.class, MethodTable.INTERFACE);
            default -> throw new ProtocolFault(Faults.interfaceNotFound(name));
        };
    }

    private static String read(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name + ".varlink")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record GetInfoIn() {}

    record GetInfoOut(String vendor, String product, String version, String url, List<String> interfaces) {}

    record GetInterfaceDescriptionIn(
            @JsonProperty("interface") String name) {}

    record GetInterfaceDescriptionOut(String description) {}
}
