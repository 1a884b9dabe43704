#include "CSimdJSON.h"

#include "Layout.hpp"

Node &Node::at(std::string_view name) {
    for (Name &child : names) {
        if (child.name == name) return *child.node;
    }
    std::string padded(name);
    padded.resize(name.size() + sizeof(uint64_t));
    names.push_back({key_word(padded.data(), name.size()), std::string(name), std::make_unique<Node>()});
    return *names.back().node;
}

Node &Node::at(size_t index) {
    for (Element &child : elements) {
        if (child.index == index) return *child.node;
    }
    elements.push_back({index, std::make_unique<Node>()});
    return *elements.back().node;
}

static Node &descend(Node &root, const csj_step *steps, size_t count) {
    Node *node = &root;
    for (size_t i = 0; i < count; ++i) {
        const csj_step &step = steps[i];
        node = step.name ? &node->at(std::string_view(step.name, step.length)) : &node->at(step.index);
    }
    return *node;
}

csj_layout *csj_layout_create(size_t columns, size_t item_columns) { return new csj_layout{columns, item_columns, {}, {}}; }

void csj_layout_destroy(csj_layout *layout) { delete layout; }

void csj_layout_add_column(csj_layout *layout, const csj_step *steps, size_t count, uint32_t column) {
    descend(layout->record, steps, count).columns.push_back(column);
}

void csj_layout_set_list(csj_layout *layout, const csj_step *steps, size_t count) {
    descend(layout->record, steps, count).is_list = true;
}

void csj_layout_add_item_column(csj_layout *layout, const csj_step *steps, size_t count, uint32_t column) {
    descend(layout->item, steps, count).columns.push_back(column);
}
