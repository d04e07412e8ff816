// SPDX-License-Identifier: MIT
//
// The glyphs as a picture. Each band holds eight characters side by side, from 0x20 on; in the cell of 16
// rows, the picture stands between two blank rows above and two below. Capitals and digits are ten rows high,
// small letters seven, descenders go two below the base line; stems are two pixels wide, bars one pixel high.
#include "x86/font.h"

enum {
    FIRST = 0x20, // the first character of the picture
    BOX = 0x7f,   // the last, drawn for every character that has no glyph
    BAND = 8,     // characters in a band
    ROWS = 12,    // rows of the picture
    TOP = 2,      // blank rows above it
};

// clang-format off
// Names the 256 possible rows of a glyph by their looks: r__XXXX__ is 0x3c.
#define ROW8(name, value) name##_ = (value) * 2, name##X = (value) * 2 + 1,
#define ROW7(name, value) ROW8(name##_, (value) * 2) ROW8(name##X, (value) * 2 + 1)
#define ROW6(name, value) ROW7(name##_, (value) * 2) ROW7(name##X, (value) * 2 + 1)
#define ROW5(name, value) ROW6(name##_, (value) * 2) ROW6(name##X, (value) * 2 + 1)
#define ROW4(name, value) ROW5(name##_, (value) * 2) ROW5(name##X, (value) * 2 + 1)
#define ROW3(name, value) ROW4(name##_, (value) * 2) ROW4(name##X, (value) * 2 + 1)
#define ROW2(name, value) ROW3(name##_, (value) * 2) ROW3(name##X, (value) * 2 + 1)
#define ROW1(name, value) ROW2(name##_, (value) * 2) ROW2(name##X, (value) * 2 + 1)
enum { ROW1(r, 0) };

static const uint8_t picture[][ROWS][BAND] = {
    { // space ! " # $ % & '
        {r________, r___XX___, r_XX__XX_, r________, r___XX___, r________, r__XXX___, r___XX___},
        {r________, r___XX___, r_XX__XX_, r_XX_XX__, r__XXXX__, rXX___XX_, r_XX_XX__, r___XX___},
        {r________, r___XX___, r_XX__XX_, r_XX_XX__, r_XX__XX_, rXX__XX__, r_XX_XX__, r___XX___},
        {r________, r___XX___, r________, rXXXXXXX_, r_XX_____, r____XX__, r__XXX___, r________},
        {r________, r___XX___, r________, r_XX_XX__, r_XXX____, r___XX___, r_XXX_XX_, r________},
        {r________, r___XX___, r________, r_XX_XX__, r__XXXX__, r__XX____, rXX_XXXX_, r________},
        {r________, r___XX___, r________, rXXXXXXX_, r____XXX_, r_XX_____, rXX__XX__, r________},
        {r________, r________, r________, r_XX_XX__, r_____XX_, r_XX__XX_, rXX__XX__, r________},
        {r________, r___XX___, r________, r_XX_XX__, r_XX__XX_, rXX___XX_, rXX__XX__, r________},
        {r________, r___XX___, r________, r________, r__XXXX__, r________, r_XXX_XX_, r________},
        {r________, r________, r________, r________, r___XX___, r________, r________, r________},
        {r________, r________, r________, r________, r________, r________, r________, r________},
    },
    { // ( ) * + , - . /
        {r____XX__, r__XX____, r________, r________, r________, r________, r________, r_____XX_},
        {r___XX___, r___XX___, r________, r________, r________, r________, r________, r_____XX_},
        {r___XX___, r___XX___, r________, r________, r________, r________, r________, r____XX__},
        {r__XX____, r____XX__, r_XX__XX_, r________, r________, r________, r________, r____XX__},
        {r__XX____, r____XX__, r__XXXX__, r___XX___, r________, r________, r________, r___XX___},
        {r__XX____, r____XX__, r_XXXXXX_, r___XX___, r________, r________, r________, r___XX___},
        {r__XX____, r____XX__, r__XXXX__, r_XXXXXX_, r________, r_XXXXXX_, r________, r__XX____},
        {r__XX____, r____XX__, r_XX__XX_, r___XX___, r________, r________, r________, r__XX____},
        {r__XX____, r____XX__, r________, r___XX___, r___XX___, r________, r___XX___, r_XX_____},
        {r___XX___, r___XX___, r________, r________, r___XX___, r________, r___XX___, r_XX_____},
        {r___XX___, r___XX___, r________, r________, r___XX___, r________, r________, r________},
        {r____XX__, r__XX____, r________, r________, r__XX____, r________, r________, r________},
    },
    { // 0 1 2 3 4 5 6 7
        {r__XXXX__, r___XX___, r__XXXX__, r__XXXX__, r____XX__, r_XXXXXX_, r__XXXX__, r_XXXXXX_},
        {r_XX__XX_, r__XXX___, r_XX__XX_, r_XX__XX_, r___XXX__, r_XX_____, r_XX__XX_, r_____XX_},
        {r_XX__XX_, r_XXXX___, r_____XX_, r_____XX_, r__XXXX__, r_XX_____, r_XX_____, r_____XX_},
        {r_XX_XXX_, r___XX___, r_____XX_, r_____XX_, r_XX_XX__, r_XX_____, r_XX_____, r____XX__},
        {r_XX_XXX_, r___XX___, r____XX__, r___XXX__, r_XX_XX__, r_XXXXX__, r_XXXXX__, r____XX__},
        {r_XXX_XX_, r___XX___, r___XX___, r_____XX_, rXX__XX__, r_____XX_, r_XX__XX_, r___XX___},
        {r_XXX_XX_, r___XX___, r__XX____, r_____XX_, rXXXXXXX_, r_____XX_, r_XX__XX_, r___XX___},
        {r_XX__XX_, r___XX___, r_XX_____, r_____XX_, r____XX__, r_____XX_, r_XX__XX_, r__XX____},
        {r_XX__XX_, r___XX___, r_XX_____, r_XX__XX_, r____XX__, r_XX__XX_, r_XX__XX_, r__XX____},
        {r__XXXX__, r_XXXXXX_, r_XXXXXX_, r__XXXX__, r____XX__, r__XXXX__, r__XXXX__, r__XX____},
        {r________, r________, r________, r________, r________, r________, r________, r________},
        {r________, r________, r________, r________, r________, r________, r________, r________},
    },
    { // 8 9 : ; < = > ?
        {r__XXXX__, r__XXXX__, r________, r________, r________, r________, r________, r__XXXX__},
        {r_XX__XX_, r_XX__XX_, r________, r________, r________, r________, r________, r_XX__XX_},
        {r_XX__XX_, r_XX__XX_, r________, r________, r________, r________, r________, r_____XX_},
        {r_XX__XX_, r_XX__XX_, r________, r________, r____XX__, r________, r__XX____, r_____XX_},
        {r__XXXX__, r_XX__XX_, r___XX___, r___XX___, r___XX___, r________, r___XX___, r____XX__},
        {r_XX__XX_, r__XXXXX_, r___XX___, r___XX___, r__XX____, r_XXXXXX_, r____XX__, r___XX___},
        {r_XX__XX_, r_____XX_, r________, r________, r_XX_____, r________, r_____XX_, r___XX___},
        {r_XX__XX_, r_____XX_, r________, r________, r__XX____, r_XXXXXX_, r____XX__, r________},
        {r_XX__XX_, r_XX__XX_, r___XX___, r___XX___, r___XX___, r________, r___XX___, r___XX___},
        {r__XXXX__, r__XXXX__, r___XX___, r___XX___, r____XX__, r________, r__XX____, r___XX___},
        {r________, r________, r________, r___XX___, r________, r________, r________, r________},
        {r________, r________, r________, r__XX____, r________, r________, r________, r________},
    },
    { // @ A B C D E F G
        {r________, r___XX___, r_XXXXX__, r__XXXX__, r_XXXX___, r_XXXXXX_, r_XXXXXX_, r__XXXX__},
        {r_XXXXX__, r__XXXX__, r_XX__XX_, r_XX__XX_, r_XX_XX__, r_XX_____, r_XX_____, r_XX__XX_},
        {rXX___XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX_____, r_XX_____, r_XX_____},
        {rXX__XXX_, r_XX__XX_, r_XX__XX_, r_XX_____, r_XX__XX_, r_XX_____, r_XX_____, r_XX_____},
        {rXX_X_XX_, r_XX__XX_, r_XXXXX__, r_XX_____, r_XX__XX_, r_XXXXX__, r_XXXXX__, r_XX_____},
        {rXX_X_XX_, r_XXXXXX_, r_XX__XX_, r_XX_____, r_XX__XX_, r_XX_____, r_XX_____, r_XX_XXX_},
        {rXX_X_XX_, r_XX__XX_, r_XX__XX_, r_XX_____, r_XX__XX_, r_XX_____, r_XX_____, r_XX__XX_},
        {rXX__XXX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX_____, r_XX_____, r_XX__XX_},
        {rXX______, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX_XX__, r_XX_____, r_XX_____, r_XX__XX_},
        {r_XXXXX__, r_XX__XX_, r_XXXXX__, r__XXXX__, r_XXXX___, r_XXXXXX_, r_XX_____, r__XXXXX_},
        {r________, r________, r________, r________, r________, r________, r________, r________},
        {r________, r________, r________, r________, r________, r________, r________, r________},
    },
    { // H I J K L M N O
        {r_XX__XX_, r_XXXXXX_, r___XXXX_, r_XX__XX_, r_XX_____, rXX___XX_, r_XX__XX_, r__XXXX__},
        {r_XX__XX_, r___XX___, r_____XX_, r_XX__XX_, r_XX_____, rXXX_XXX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r_____XX_, r_XX_XX__, r_XX_____, rXXXXXXX_, r_XXX_XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r_____XX_, r_XX_XX__, r_XX_____, rXX_X_XX_, r_XXX_XX_, r_XX__XX_},
        {r_XXXXXX_, r___XX___, r_____XX_, r_XXXX___, r_XX_____, rXX_X_XX_, r_XXXXXX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r_____XX_, r_XXXX___, r_XX_____, rXX___XX_, r_XX_XXX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r_____XX_, r_XX_XX__, r_XX_____, rXX___XX_, r_XX_XXX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r_XX__XX_, r_XX_XX__, r_XX_____, rXX___XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r_XX__XX_, r_XX__XX_, r_XX_____, rXX___XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r_XXXXXX_, r__XXXX__, r_XX__XX_, r_XXXXXX_, rXX___XX_, r_XX__XX_, r__XXXX__},
        {r________, r________, r________, r________, r________, r________, r________, r________},
        {r________, r________, r________, r________, r________, r________, r________, r________},
    },
    { // P Q R S T U V W
        {r_XXXXX__, r__XXXX__, r_XXXXX__, r__XXXX__, r_XXXXXX_, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r___XX___, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX_____, r___XX___, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XXX____, r___XX___, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XX__XX_, r__XXX___, r___XX___, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XXXXX__, r_XX__XX_, r_XXXXX__, r___XXX__, r___XX___, r_XX__XX_, r_XX_XX__, rXX_X_XX_},
        {r_XX_____, r_XX__XX_, r_XX_XX__, r____XXX_, r___XX___, r_XX__XX_, r_XX_XX__, rXX_X_XX_},
        {r_XX_____, r_XX__XX_, r_XX_XX__, r_____XX_, r___XX___, r_XX__XX_, r_XX_XX__, rXXXXXXX_},
        {r_XX_____, r_XX__XX_, r_XX__XX_, r_XX__XX_, r___XX___, r_XX__XX_, r__XXX___, rXXX_XXX_},
        {r_XX_____, r__XXXX__, r_XX__XX_, r__XXXX__, r___XX___, r__XXXX__, r___X____, rXX___XX_},
        {r________, r____XX__, r________, r________, r________, r________, r________, r________},
        {r________, r_____XX_, r________, r________, r________, r________, r________, r________},
    },
    { // X Y Z [ backslash ] ^ _
        {r_XX__XX_, r_XX__XX_, r_XXXXXX_, r__XXXX__, r_XX_____, r__XXXX__, r___XX___, r________},
        {r_XX__XX_, r_XX__XX_, r_____XX_, r__XX____, r_XX_____, r____XX__, r__XXXX__, r________},
        {r__XXXX__, r_XX__XX_, r_____XX_, r__XX____, r__XX____, r____XX__, r_XX__XX_, r________},
        {r__XXXX__, r_XX__XX_, r____XX__, r__XX____, r__XX____, r____XX__, r________, r________},
        {r___XX___, r__XXXX__, r___XX___, r__XX____, r___XX___, r____XX__, r________, r________},
        {r___XX___, r___XX___, r___XX___, r__XX____, r___XX___, r____XX__, r________, r________},
        {r__XXXX__, r___XX___, r__XX____, r__XX____, r____XX__, r____XX__, r________, r________},
        {r__XXXX__, r___XX___, r_XX_____, r__XX____, r____XX__, r____XX__, r________, r________},
        {r_XX__XX_, r___XX___, r_XX_____, r__XX____, r_____XX_, r____XX__, r________, r________},
        {r_XX__XX_, r___XX___, r_XXXXXX_, r__XX____, r_____XX_, r____XX__, r________, r________},
        {r________, r________, r________, r__XX____, r________, r____XX__, r________, r________},
        {r________, r________, r________, r__XXXX__, r________, r__XXXX__, r________, rXXXXXXX_},
    },
    { // ` a b c d e f g
        {r__XX____, r________, r_XX_____, r________, r_____XX_, r________, r___XXXX_, r________},
        {r___XX___, r________, r_XX_____, r________, r_____XX_, r________, r__XX____, r________},
        {r____XX__, r________, r_XX_____, r________, r_____XX_, r________, r__XX____, r________},
        {r________, r__XXXX__, r_XXXXX__, r__XXXX__, r__XXXXX_, r__XXXX__, r_XXXXX__, r__XXXXX_},
        {r________, r_____XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r__XX____, r_XX__XX_},
        {r________, r__XXXXX_, r_XX__XX_, r_XX_____, r_XX__XX_, r_XX__XX_, r__XX____, r_XX__XX_},
        {r________, r_XX__XX_, r_XX__XX_, r_XX_____, r_XX__XX_, r_XXXXXX_, r__XX____, r_XX__XX_},
        {r________, r_XX__XX_, r_XX__XX_, r_XX_____, r_XX__XX_, r_XX_____, r__XX____, r_XX__XX_},
        {r________, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r_XX__XX_, r__XX____, r_XX__XX_},
        {r________, r__XXXXX_, r_XXXXX__, r__XXXX__, r__XXXXX_, r__XXXX__, r__XX____, r__XXXXX_},
        {r________, r________, r________, r________, r________, r________, r________, r_____XX_},
        {r________, r________, r________, r________, r________, r________, r________, r__XXXX__},
    },
    { // h i j k l m n o
        {r_XX_____, r___XX___, r____XX__, r_XX_____, r__XXX___, r________, r________, r________},
        {r_XX_____, r___XX___, r____XX__, r_XX_____, r___XX___, r________, r________, r________},
        {r_XX_____, r________, r________, r_XX_____, r___XX___, r________, r________, r________},
        {r_XXXXX__, r__XXX___, r___XXX__, r_XX__XX_, r___XX___, rXXXXXX__, r_XXXXX__, r__XXXX__},
        {r_XX__XX_, r___XX___, r____XX__, r_XX_XX__, r___XX___, rXX_X_XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r____XX__, r_XXXX___, r___XX___, rXX_X_XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r____XX__, r_XXXX___, r___XX___, rXX_X_XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r____XX__, r_XX_XX__, r___XX___, rXX_X_XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r___XX___, r____XX__, r_XX__XX_, r___XX___, rXX_X_XX_, r_XX__XX_, r_XX__XX_},
        {r_XX__XX_, r__XXXX__, r____XX__, r_XX__XX_, r____XXX_, rXX_X_XX_, r_XX__XX_, r__XXXX__},
        {r________, r________, r____XX__, r________, r________, r________, r________, r________},
        {r________, r________, r_XXXX___, r________, r________, r________, r________, r________},
    },
    { // p q r s t u v w
        {r________, r________, r________, r________, r________, r________, r________, r________},
        {r________, r________, r________, r________, r__XX____, r________, r________, r________},
        {r________, r________, r________, r________, r__XX____, r________, r________, r________},
        {r_XXXXX__, r__XXXXX_, r_XX_XXX_, r__XXXX__, r_XXXXX__, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XXX____, r_XX__XX_, r__XX____, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XX_____, r__XX____, r__XX____, r_XX__XX_, rXX___XX_, rXX___XX_},
        {r_XX__XX_, r_XX__XX_, r_XX_____, r___XX___, r__XX____, r_XX__XX_, r_XX_XX__, rXX_X_XX_},
        {r_XX__XX_, r_XX__XX_, r_XX_____, r____XX__, r__XX____, r_XX__XX_, r_XX_XX__, rXX_X_XX_},
        {r_XX__XX_, r_XX__XX_, r_XX_____, r_XX__XX_, r__XX____, r_XX__XX_, r__XXX___, rXXXXXXX_},
        {r_XXXXX__, r__XXXXX_, r_XX_____, r__XXXX__, r___XXX__, r__XXXXX_, r___X____, r_XX_XX__},
        {r_XX_____, r_____XX_, r________, r________, r________, r________, r________, r________},
        {r_XX_____, r_____XX_, r________, r________, r________, r________, r________, r________},
    },
    { // x y z { | } ~ box
        {r________, r________, r________, r____XXX_, r___XX___, r_XXX____, r________, r_XXXXXX_},
        {r________, r________, r________, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r________, r________, r________, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r_XX__XX_, r_XX__XX_, r_XXXXXX_, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r_XX__XX_, r_XX__XX_, r_____XX_, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r__XXXX__, r_XX__XX_, r____XX__, r__XX____, r___XX___, r____XX__, r_XXX_XX_, r_XXXXXX_},
        {r___XX___, r_XX__XX_, r___XX___, r__XX____, r___XX___, r____XX__, rXX_XXX__, r_XXXXXX_},
        {r__XXXX__, r_XX__XX_, r__XX____, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r_XX__XX_, r_XX__XX_, r_XX_____, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r_XX__XX_, r__XXXXX_, r_XXXXXX_, r___XX___, r___XX___, r___XX___, r________, r_XXXXXX_},
        {r________, r_____XX_, r________, r___XX___, r___XX___, r___XX___, r________, r________},
        {r________, r__XXXX__, r________, r____XXX_, r___XX___, r_XXX____, r________, r________},
    },
};
// clang-format on

uint8_t font_row(uint8_t character, unsigned row)
{
    unsigned glyph = (character >= FIRST && character < BOX ? character : BOX) - FIRST;

    if (row < TOP || row >= TOP + ROWS)
        return 0;
    return picture[glyph / BAND][row - TOP][glyph % BAND];
}
