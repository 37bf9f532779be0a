import { type Codec, codec } from './codec.ts';

/** Of a write: what grpc servers and clients take without being asked for more than 4 MiB. */
export const CHUNK_BYTES = 256 * 1024;

export interface ReadRequest {
  readonly resource: string;
  readonly offset: number;
  /** 0: to the end. */
  readonly limit: number;
}

/** ReadRequest { resource_name 1, read_offset 2, read_limit 3 }. A negative offset or limit comes as -1. */
export const readRequest: Codec<ReadRequest> = codec({
  name: 'ReadRequest',
  write(writer, { resource, offset, limit }) {
    writer.text(1, resource);
    writer.number(2, offset);
    writer.number(3, limit);
  },
  read(reader) {
    let [resource, offset, limit] = ['', 0, 0];
    while (reader.next()) {
      if (reader.field === 1) resource = reader.text();
      else if (reader.field === 2) offset = reader.signed();
      else if (reader.field === 3) limit = reader.signed();
    }
    return { resource, offset, limit };
  },
});

/** ReadResponse { data 10 }; `data` is a view into the message. */
export const readResponse: Codec<{ readonly data: Uint8Array }> = codec({
  name: 'ReadResponse',
  size: ({ data }) => data.length + 32,
  write: (writer, { data }) => writer.bytes(10, data),
  read(reader) {
    let data: Uint8Array = new Uint8Array();
    while (reader.next()) if (reader.field === 10) data = reader.bytes();
    return { data };
  },
});

export interface WriteRequest {
  /** May be empty after the first message of a stream. */
  readonly resource: string;
  readonly offset: number;
  readonly finish: boolean;
  readonly data: Uint8Array;
}

/** WriteRequest { resource_name 1, write_offset 2, finish_write 3, data 10 }; `data` is a view into the message. */
export const writeRequest: Codec<WriteRequest> = codec({
  name: 'WriteRequest',
  size: ({ data }) => data.length + 512,
  write(writer, request) {
    writer.text(1, request.resource);
    writer.number(2, request.offset);
    writer.flag(3, request.finish);
    if (request.data.length > 0) writer.bytes(10, request.data);
  },
  read(reader) {
    let [resource, offset, finish] = ['', 0, false];
    let data: Uint8Array = new Uint8Array();
    while (reader.next()) {
      if (reader.field === 1) resource = reader.text();
      else if (reader.field === 2) offset = reader.signed();
      else if (reader.field === 3) finish = reader.flag();
      else if (reader.field === 10) data = reader.bytes();
    }
    return { resource, offset, finish, data };
  },
});

/** WriteResponse { committed_size 1 }; -1: a compressed blob that was there already. */
export const writeResponse: Codec<{ readonly committed: number }> = codec({
  name: 'WriteResponse',
  write(writer, { committed }) {
    if (committed < 0) writer.minusOne(1);
    else writer.number(1, committed);
  },
  read(reader) {
    let committed = 0;
    while (reader.next()) if (reader.field === 1) committed = reader.signed();
    return { committed };
  },
});

/** QueryWriteStatusRequest { resource_name 1 } and its response { committed_size 1, complete 2 }. */
export const queryWriteStatusRequest: Codec<{ readonly resource: string }> = codec({
  name: 'QueryWriteStatusRequest',
  write: (writer, { resource }) => writer.text(1, resource),
  read(reader) {
    let resource = '';
    while (reader.next()) if (reader.field === 1) resource = reader.text();
    return { resource };
  },
});

export const queryWriteStatusResponse: Codec<{ readonly committed: number; readonly complete: boolean }> =
  codec({
    name: 'QueryWriteStatusResponse',
    write(writer, { committed, complete }) {
      writer.number(1, committed);
      writer.flag(2, complete);
    },
    read(reader) {
      let [committed, complete] = [0, false];
      while (reader.next()) {
        if (reader.field === 1) committed = reader.signed();
        else if (reader.field === 2) complete = reader.flag();
      }
      return { committed, complete };
    },
  });
