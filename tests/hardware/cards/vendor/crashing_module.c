/* A PKCS#11 module that misbehaves on order, as vendors' modules do without one.

   CRASHING_ORDERS names a file with one order a line, read anew at each call:

       C_Sign=segfault      also: hang, garbage, or a CKR value in hexadecimal
       flags=20000          CKF bits besides the usual ones
       flags_after=40000    the same once a PIN was typed
       serial=0002          another token is in the slot

   A call is noted in that file's name with ".calls" behind it; before it hangs, "hanging" is written into the FIFO
   with ".hanging" behind it. The certificate and the signature are files with ".certificate" and ".signature".
   The structures and numbers are those of PKCS#11 v2.40. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long number;
typedef unsigned char byte;

enum { OK = 0, NOT_SUPPORTED = 0x54, NO_TOKEN = 0xE0, BAD_ATTRIBUTE = 0x12 };
#define GARBAGE ((number)-2)

struct version { byte major, minor; };
struct info { struct version cryptoki; byte maker[32]; number flags; byte about[32]; struct version library; };
struct slot_info { byte about[64], maker[32]; number flags; struct version hardware, firmware; };
struct token_info {
    byte label[32], maker[32], model[16], serial[16];
    number flags, sessions[4], longest_pin, shortest_pin, memory[4];
    struct version hardware, firmware;
    byte time[16];
};
struct attribute { number type; void *value; number length; };
struct functions { struct version version; void *all[68]; };

static number looked_for, found, typed;

static const char *file(const char *ending) {
    static char path[4096];
    const char *orders = getenv("CRASHING_ORDERS");
    snprintf(path, sizeof path, "%s%s", orders ? orders : "", ending);
    return path;
}

static int order(const char *name, char *value, size_t most) {
    char line[256];
    size_t length = strlen(name);
    int known = 0;
    FILE *orders = fopen(file(""), "r");
    while (orders && fgets(line, sizeof line, orders))
        if (!strncmp(line, name, length) && line[length] == '=') {
            line[strcspn(line, "\n")] = 0;
            snprintf(value, most, "%s", line + length + 1);
            known = 1;
        }
    if (orders)
        fclose(orders);
    return known;
}

static void note(const char *what) {
    FILE *calls = fopen(file(".calls"), "a");
    if (calls) {
        fprintf(calls, "%s\n", what);
        fclose(calls);
    }
}

static number act(const char *name) {
    char value[200];
    FILE *hanging;
    note(name);
    if (!order(name, value, sizeof value))
        return OK;
    if (!strcmp(value, "segfault"))
        raise(SIGSEGV);
    if (!strcmp(value, "hang")) {
        if ((hanging = fopen(file(".hanging"), "w"))) {
            fputs("hanging\n", hanging);
            fclose(hanging);
        }
        for (;;)
            pause();
    }
    return strcmp(value, "garbage") ? strtoul(value, NULL, 16) : GARBAGE;
}

#define ACT(name) \
    number told = act(name); \
    if (told != OK && told != GARBAGE) \
        return told

static void text(byte *field, size_t size, const char *value) {
    memset(field, ' ', size);
    memcpy(field, value, strlen(value));
}

static number initialize(void *arguments) { (void)arguments; ACT("C_Initialize"); return OK; }
static number finalize(void *reserved) { (void)reserved; ACT("C_Finalize"); return OK; }

static number get_info(struct info *info) {
    ACT("C_GetInfo");
    memset(info, 0, sizeof *info);
    text(info->maker, sizeof info->maker, "Nobody");
    text(info->about, sizeof info->about, "crashes");
    info->cryptoki.major = 2;
    info->library.major = 7;
    return OK;
}

static number get_slot_list(byte present, number *slots, number *count) {
    (void)present;
    ACT("C_GetSlotList");
    *count = told == GARBAGE ? (number)1 << 60 : 1;
    if (slots)
        *slots = 5;
    return OK;
}

static number get_slot_info(number slot, struct slot_info *info) {
    (void)slot;
    ACT("C_GetSlotInfo");
    memset(info, 0, sizeof *info);
    text(info->about, sizeof info->about, "a slot");
    info->flags = 1;
    return OK;
}

static number get_token_info(number slot, struct token_info *info) {
    char value[200];
    (void)slot;
    ACT("C_GetTokenInfo");
    memset(info, 0, sizeof *info);
    text(info->label, sizeof info->label, told == GARBAGE ? "\033[2J\007\377\376[b]x" : "a token");
    text(info->serial, sizeof info->serial, order("serial", value, sizeof value) ? value : "0001");
    info->flags = 0x40C;
    if (order(typed ? "flags_after" : "flags", value, sizeof value))
        info->flags |= strtoul(value, NULL, 16);
    info->shortest_pin = told == GARBAGE ? (number)-1 : 4;
    info->longest_pin = told == GARBAGE ? 2 : 8;
    return OK;
}

static number open_session(number slot, number flags, void *mine, void *call, number *session) {
    (void)slot, (void)flags, (void)mine, (void)call;
    ACT("C_OpenSession");
    *session = 9;
    return OK;
}

static number close_session(number session) { (void)session; ACT("C_CloseSession"); return OK; }
static number close_all_sessions(number slot) { (void)slot; ACT("C_CloseAllSessions"); return OK; }

static number login(number session, number user, byte *pin, number length) {
    (void)session, (void)length;
    note(user == 2 ? "again" : pin ? "typed" : "own pad");
    typed = 1;
    ACT("C_Login");
    return OK;
}

static number set_pin(number session, byte *old, number old_length, byte *new, number new_length) {
    (void)session, (void)old, (void)old_length, (void)new, (void)new_length;
    ACT("C_SetPIN");
    return OK;
}

static number find_objects_init(number session, struct attribute *wanted, number count) {
    (void)session;
    ACT("C_FindObjectsInit");
    looked_for = found = 0;
    for (number at = 0; at < count; at++)
        if (wanted[at].type == 0)
            looked_for = *(number *)wanted[at].value;
    return OK;
}

static number find_objects(number session, number *objects, number most, number *count) {
    (void)session, (void)most;
    ACT("C_FindObjects");
    /* the handle is the object's class: 1 the certificate, 3 its private key; garbage never comes to an end */
    *count = (looked_for == 1 || looked_for == 3) && (!found++ || told == GARBAGE);
    *objects = looked_for;
    return OK;
}

static number find_objects_final(number session) { (void)session; ACT("C_FindObjectsFinal"); return OK; }

static number contents(const char *ending, byte *into, number most) {
    FILE *stored = fopen(file(ending), "rb");
    number length = stored ? fread(into, 1, most, stored) : 0;
    if (stored)
        fclose(stored);
    return length;
}

static number get_attribute_value(number session, number object, struct attribute *asked, number count) {
    number answer = OK;
    char flags[200];
    (void)session;
    ACT("C_GetAttributeValue");
    for (number at = 0; at < count; at++) {
        byte value[8192];
        number length = (number)-1, word = 0;
        switch (asked[at].type) {
        case 0x000: word = object, length = sizeof word; break;                     /* CKA_CLASS */
        case 0x003: length = 7, memcpy(value, "a label", 7); break;                 /* CKA_LABEL */
        case 0x011: length = contents(".certificate", value, sizeof value); break;  /* CKA_VALUE */
        case 0x100: length = sizeof word; break;                                    /* CKA_KEY_TYPE: RSA */
        case 0x102: length = 1, value[0] = 1; break;                                /* CKA_ID */
        case 0x108: length = 1, value[0] = object == 3; break;                      /* CKA_SIGN */
        case 0x202: length = 1, value[0] = order("always", flags, sizeof flags); break;
        }
        if (length == sizeof word)
            memcpy(value, &word, sizeof word);
        if (told == GARBAGE && asked[at].type == 0x011)
            memset(value, 0xA5, length = sizeof value);
        if (length == (number)-1)
            answer = BAD_ATTRIBUTE;
        else if (asked[at].value)
            memcpy(asked[at].value, value, length);
        asked[at].length = length;
    }
    return answer;
}

static number sign_init(number session, void *mechanism, number key) {
    (void)session, (void)mechanism, (void)key;
    ACT("C_SignInit");
    return OK;
}

static number sign(number session, byte *data, number length, byte *signature, number *size) {
    byte stored[8192];
    (void)session, (void)data, (void)length;
    if (signature) {
        ACT("C_Sign");
        *size = contents(".signature", stored, sizeof stored);
        memcpy(signature, stored, *size);
        signature[0] ^= told == GARBAGE;
    } else
        *size = contents(".signature", stored, sizeof stored);
    return OK;
}

static number logout(number session) { (void)session; ACT("C_Logout"); return OK; }
static number nothing(void) { return NOT_SUPPORTED; }

number C_GetFunctionList(struct functions **list) {
    static struct functions known;
    ACT("C_GetFunctionList");
    puts("a module may talk");
    fputs("a module may complain\n", stderr);
    fflush(stdout);
    known.version.major = 2;
    known.version.minor = 40;
    for (int at = 0; at < 68; at++)
        known.all[at] = (void *)nothing;
    known.all[0] = (void *)initialize;
    known.all[1] = (void *)finalize;
    known.all[2] = (void *)get_info;
    known.all[3] = (void *)C_GetFunctionList;
    known.all[4] = (void *)get_slot_list;
    known.all[5] = (void *)get_slot_info;
    known.all[6] = (void *)get_token_info;
    known.all[11] = (void *)set_pin;
    known.all[12] = (void *)open_session;
    known.all[13] = (void *)close_session;
    known.all[14] = (void *)close_all_sessions;
    known.all[18] = (void *)login;
    known.all[19] = (void *)logout;
    known.all[24] = (void *)get_attribute_value;
    known.all[26] = (void *)find_objects_init;
    known.all[27] = (void *)find_objects;
    known.all[28] = (void *)find_objects_final;
    known.all[42] = (void *)sign_init;
    known.all[43] = (void *)sign;
    *list = told == GARBAGE ? NULL : &known;
    return OK;
}
