#pragma once
#include "system.h"

/* Collected, and written in one go or when there is much of it. */
void put_bytes(const u8 *bytes, u64 size);
void put_text(const char *text);
void put_number(u64 number);
/* 0: all was written. */
int flush_output(void);
/* At once, to the other stream. */
void complain(const char *what, const char *about);
